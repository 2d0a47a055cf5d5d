# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The last stage of mapping processors, in workers that also make the batches."""

import contextlib
import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, List, Mapping, NamedTuple, Optional, Tuple

from tfaip.data.pipeline.batching.collator import Batch, BatchCollator, collate_fitting
from tfaip.data.pipeline.batching.rows import RowBatch, joined
from tfaip.data.pipeline.definitions import Sample, SampleKey
from tfaip.data.pipeline.errors import SampleError, sample_identity
from tfaip.data.pipeline.processor.dataprocessor import SequenceProcessor
from tfaip.data.pipeline.processor.sample.base import Item
from tfaip.data.pipeline.processor.sample.mapping import (
    MappingSampleProcessorPipeline,
    create_sequence,
    process_seeded_sample,
)
from tfaip.data.pipeline.processor.sample.ownership import SharedParts
from tfaip.data.pipeline.timing.work import TimedCollator, WorkMeter, WorkReport
from tfaip.util.multiprocessing.answers import TRANSPORT
from tfaip.util.multiprocessing.failure import TaskFailure
from tfaip.util.multiprocessing.workerprocess import report_part

if TYPE_CHECKING:
    pass

CollatingTask = Tuple[int, List[Item]]  # seed, the samples of a batch with their positions


class CollatedItems(NamedTuple):
    """What became of the samples of a task.

    Attributes:
        batch: Those that are left, None if there are none.
        kept: Their positions in the task.
        failures: Positions in the task of samples that failed, with what failed.
    """

    batch: Optional[RowBatch]
    kept: List[int]
    failures: List[Tuple[int, TaskFailure]]


class _CollatingWorker:
    """Processes the samples of a batch and makes the batch, in a worker process."""

    takes_known_failures = True

    def __init__(
        self,
        sequence: SequenceProcessor,
        collator: BatchCollator,
        name: str,
        retries: int,
        meter: Optional[WorkMeter] = None,
    ):
        self._sequence = sequence
        self._collator = collator
        self._name = name
        self._retries = retries
        self._meter = meter

    def prepare_tasks(self, tasks: List[CollatingTask]) -> List[CollatingTask]:
        """Return the tasks of a message, so that they share nothing."""
        own = SharedParts().own
        return [
            (seed, [(epoch, index, own(sample)) for epoch, index, sample in items])  # type: ignore[arg-type]
            for seed, items in tasks
        ]

    def report(self) -> Optional[WorkReport]:
        """Return the times since the last report."""
        if self._meter is None:
            return None
        return self._meter.report(self._collator if isinstance(self._collator, TimedCollator) else None)

    def __call__(
        self, task: CollatingTask, known_failures: Optional[Mapping[int, TaskFailure]] = None
    ) -> CollatedItems:
        """Return the batch.

        Args:
            task: The samples.
            known_failures: Positions of samples that must not be touched.
        """
        seed, items = task
        samples: List[Tuple[int, Sample]] = []
        kept: List[int] = []
        failures: List[Tuple[int, TaskFailure]] = []
        for offset, (epoch, index, sample) in enumerate(items):
            report_part(offset)
            outcome: Any = (known_failures or {}).get(offset)
            if outcome is None:
                outcome = process_seeded_sample(self._sequence, seed, epoch, index, sample, self._retries)  # type: ignore[arg-type]
            if isinstance(outcome, TaskFailure):
                failures.append((offset, outcome))
            elif isinstance(outcome, Sample):
                samples.append((index, outcome))
                kept.append(offset)
            elif outcome is not None:
                error = TypeError(f"the processor returned {type(outcome).__name__}, expected a Sample or None")
                failures.append((offset, TaskFailure(error, origin=self._name, remote=True)))

        def leave_out(place: int, error: SampleError) -> None:
            failures.append((kept.pop(place), TaskFailure(error, remote=True)))

        batch = collate_fitting(lambda fitting: RowBatch.of(self._collator, fitting), samples, leave_out)
        return CollatedItems(batch, kept, failures)


class _CollatingWorkerFactory:
    """Creates the processors in a worker process."""

    def __init__(self, stage: MappingSampleProcessorPipeline, collator: BatchCollator):
        self.params = stage.params
        self.data_params = stage.data_params
        self.mode = stage.mode
        self.collator = collator
        self.retries = stage.settings.retries
        self.name = stage.name
        self.is_timed = stage.is_timed

    def __call__(self) -> _CollatingWorker:
        meter = WorkMeter(len(self.params)) if self.is_timed else None
        sequence = create_sequence(self.params, self.data_params, self.mode, meter)
        return _CollatingWorker(sequence, self.collator, self.name, self.retries, meter)


def _describe_task(task: CollatingTask) -> str:
    _, items = task
    _, index, sample = items[0]
    return f"{len(items)} samples from {sample_identity(index, getattr(sample, 'meta', None))} on"


class CollatingStage:
    """Runs a stage of mapping processors so that its workers make the batches.

    Args:
        stage: The stage.
        collator: Makes a batch of samples.
        batch_size: The number of samples of a batch.
        drop_remainder: Leave out a last batch that is smaller.
        n_here: Number of samples to process in this process before workers are started for the others.
    """

    def __init__(
        self,
        stage: MappingSampleProcessorPipeline,
        collator: BatchCollator,
        batch_size: int,
        drop_remainder: bool,
        n_here: int = 0,
    ):
        self._stage = stage
        self._collator = collator
        self._batch_size = batch_size
        self._drop_remainder = drop_remainder
        self._n_here = n_here
        self._pass = -1
        self._n_in_pass = 1

    def run(self, items: Iterable[Item]) -> Iterator[Tuple[Batch, SampleKey]]:
        """Yield the batches of single samples that come with their positions, each with that of its last sample.

        Raises:
            SampleError: A processor failed, or a sample does not fit to the announced layers.
        """
        return joined(self._row_batches(iter(items)), self._collator, self._batch_size, self._drop_remainder)

    def _row_batches(self, items: Iterator[Item]) -> Iterator[Tuple[RowBatch, List[SampleKey]]]:
        if self._n_here > 0:
            yield from self._row_batches_here(itertools.islice(items, self._n_here))
            following = next(items, None)
            if following is None:
                return
            items = itertools.chain([following], items)
        factory = _CollatingWorkerFactory(self._stage, self._collator)
        results = self._stage.map_in_workers(factory, self._tasks(items), _describe_task, self._batch_size)
        with contextlib.closing(results):  # type: ignore[type-var]
            for (_, task_items), outcome in results:
                batch = self._resolve(task_items, outcome)
                if batch is not None:
                    yield batch, [task_items[offset][:2] for offset in outcome.kept]

    def _row_batches_here(self, items: Iterator[Item]) -> Iterator[Tuple[RowBatch, List[SampleKey]]]:
        processed = self._stage.run(items, run_parallel=False)
        while group := list(itertools.islice(processed, self._batch_size)):
            keys = [item[:2] for item in group]

            def leave_out(place: int, error: SampleError, keys: List[SampleKey] = keys) -> None:
                self._stage.context.errors.handle(TaskFailure(error), keys.pop(place)[1], error.meta)

            samples = [(index, sample) for _, index, sample in group]
            batch = collate_fitting(lambda fitting: RowBatch.of(self._collator, fitting), samples, leave_out)  # type: ignore[arg-type]
            if batch is not None:
                yield batch, keys

    def _tasks(self, items: Iterator[Item]) -> Iterator[CollatingTask]:
        # the first one completes the batch that was begun here
        size = -self._n_here % self._batch_size or self._batch_size
        while batch := list(itertools.islice(items, size)):
            yield self._stage.context.seed, batch
            size = self._batch_size

    def _resolve(self, items: List[Item], outcome: Any) -> Optional[RowBatch]:
        if isinstance(outcome, TaskFailure):
            if outcome.origin != TRANSPORT:  # the batch could not be made
                self._stage.raise_failure(outcome, items[0][1])
            self._stage.leave_out(outcome, [(index, sample) for _, index, sample in items])  # type: ignore[misc]
            return None
        for offset, failure in outcome.failures:
            _, index, sample = items[offset]
            self._stage.context.errors.handle(failure, index, getattr(sample, "meta", None))
        kept = set(outcome.kept)
        for offset, (epoch, _, _) in enumerate(items):
            if epoch != self._pass:
                self._stage.check_pass(self._pass, self._n_in_pass)
                self._pass, self._n_in_pass = epoch, 0
            self._n_in_pass += offset in kept
        return outcome.batch
