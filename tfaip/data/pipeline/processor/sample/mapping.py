# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The stage of mapping processors: in this process, or in workers with the results in the order of the samples."""

import contextlib
import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Sized
from typing import TYPE_CHECKING, Any, Deque, List, Mapping, Optional, Tuple

from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.errors import SampleErrorHandler, sample_identity
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor, SequenceProcessor
from tfaip.data.pipeline.processor.sample.base import Item, SampleOrBatch, SampleProcessorPipelineBase
from tfaip.data.pipeline.processor.sample.ownership import SharedParts, own_sample
from tfaip.data.pipeline.processor.sample.processing import create_sequence, process_sample, process_seeded_sample
from tfaip.data.pipeline.seeding import borrowed_globals, draw_seed, sample_seed, seed_globals
from tfaip.data.pipeline.timing.work import WorkMeter, WorkReport
from tfaip.util.multiprocessing.failure import TaskFailure
from tfaip.util.multiprocessing.parallelmap import tqdm_wrapper
from tfaip.util.multiprocessing.workerpool import WorkerPool, dump_for_workers
from tfaip.util.multiprocessing.workerprocess import report_part

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataBaseParams

__all__ = [
    "MappingSampleProcessorPipeline",
    "apply_in_order",
    "create_sequence",
    "process_sample",
    "process_seeded_sample",
]

Task = Tuple[int, int, int, SampleOrBatch]  # seed, pass, position, what to process


class _SampleWorker:
    """Processes samples, or batches of them, in a worker process."""

    takes_known_failures = True

    def __init__(self, sequence: SequenceProcessor, retries: int, meter: Optional[WorkMeter] = None):
        self._sequence = sequence
        self._meter = meter
        self._retries = retries

    def prepare_tasks(self, tasks: List[Task]) -> List[Task]:
        """Return the tasks of a message, so that they share nothing."""
        own = SharedParts().own
        return [
            (seed, epoch, index, list(map(own, content)) if isinstance(content, list) else own(content))
            for seed, epoch, index, content in tasks
        ]

    def report(self) -> Optional[WorkReport]:
        """Return the times since the last report."""
        return None if self._meter is None else self._meter.report()

    def __call__(self, task: Task, known_failures: Optional[Mapping[int, TaskFailure]] = None) -> Any:
        """Return the outcome of a sample, a list of outcomes for a batch.

        Args:
            task: The sample or the batch.
            known_failures: Positions in the batch (0 for a single sample) that must not be touched.
        """
        seed, epoch, index, content = task
        known = known_failures or {}
        if not isinstance(content, list):
            return known.get(0) or process_seeded_sample(self._sequence, seed, epoch, index, content, self._retries)
        outcomes = []
        for offset, sample in enumerate(content):
            report_part(offset)
            outcomes.append(
                known.get(offset)
                or process_seeded_sample(self._sequence, seed, epoch, index + offset, sample, self._retries)
            )
        return outcomes


class _SampleWorkerFactory:
    """Creates the processors in a worker process."""

    def __init__(
        self,
        params: List[DataProcessorParams],
        data_params: "Optional[DataBaseParams]",
        mode: PipelineMode,
        retries: int = 0,
        is_timed: bool = False,
    ):
        self.params = params
        self.data_params = data_params
        self.mode = mode
        self.retries = retries
        self.is_timed = is_timed

    def __call__(self) -> _SampleWorker:
        meter = WorkMeter(len(self.params)) if self.is_timed else None
        return _SampleWorker(create_sequence(self.params, self.data_params, self.mode, meter), self.retries, meter)


def _describe_task(task: Task) -> str:
    _, _, index, content = task
    if isinstance(content, list):
        return f"samples {index} to {index + len(content) - 1}"
    return sample_identity(index, content.meta)


class MappingSampleProcessorPipeline(SampleProcessorPipelineBase):
    """A stage of mapping processors."""

    def create_processor_fn(self) -> SequenceProcessor:
        """Return the processors joined to one, created in this process."""
        meter = self.times.work if self.is_timed else None
        return create_sequence(self.params, self.data_params, self.mode, meter)

    def run(
        self, items: Iterable[Item], run_parallel: bool, n_here: int = 0, is_single_pass: bool = False
    ) -> Iterator[Item]:
        """Process items in their order; see the base class."""
        outcomes = self._run_where_it_pays(iter(items), n_here) if run_parallel else self._run_here(items)
        current_pass, n_samples = -1, 1
        for (epoch, index, content), outcome in outcomes:
            if epoch != current_pass:
                self.check_pass(current_pass, n_samples)
                current_pass, n_samples = epoch, 0
            result = self._resolve(index, content, outcome)
            if result is not None:
                n_samples += 1
                yield epoch, index, result

    def _run_where_it_pays(self, items: Iterator[Item], n_here: int) -> Iterator[Tuple[Item, Any]]:
        if n_here > 0:
            yield from self._run_here(itertools.islice(items, n_here))
        following = next(items, None)
        if following is not None:
            yield from self._run_in_workers(itertools.chain([following], items))

    def _run_here(self, items: Iterable[Item]) -> Iterator[Tuple[Item, Any]]:
        sequence, seed, retries = self.create_processor_fn(), self.context.seed, self.settings.retries
        for item in items:
            epoch, index, content = item
            if isinstance(content, list):
                yield (
                    item,
                    [
                        process_seeded_sample(sequence, seed, epoch, position, sample, retries, remote=False)
                        for position, sample in enumerate(content, index)
                    ],
                )
            else:
                yield item, process_seeded_sample(sequence, seed, epoch, index, content, retries, remote=False)

    def _run_in_workers(self, items: Iterable[Item]) -> Iterator[Tuple[Item, Any]]:
        seed = self.context.seed
        under_way: Deque[Item] = deque()

        def tasks() -> Iterator[Task]:
            for item in items:
                under_way.append(item)
                yield (seed, *item)

        factory = _SampleWorkerFactory(self.params, self.data_params, self.mode, self.settings.retries, self.is_timed)
        with contextlib.closing(self.map_in_workers(factory, tasks(), _describe_task)) as results:  # type: ignore[type-var]
            for _, outcome in results:
                yield under_way.popleft(), outcome

    def _resolve(self, index: int, content: SampleOrBatch, outcome: Any) -> Optional[SampleOrBatch]:
        """Return what is left of a sample or batch after broken and dropped samples are out."""
        if isinstance(outcome, Sample):
            return outcome
        if isinstance(content, list):
            if isinstance(outcome, TaskFailure):  # the transport of the whole batch failed
                self.leave_out(outcome, list(enumerate(content, index)))
                return None
            batch = [
                result
                for offset, (sample, part) in enumerate(zip(content, outcome, strict=True))
                if isinstance(result := self._resolve(index + offset, sample, part), Sample)
            ]
            return batch or None
        if isinstance(outcome, TaskFailure):
            self.context.errors.handle(outcome, index, content.meta)
        elif outcome is not None:
            error = TypeError(f"the processor returned {type(outcome).__name__}, expected a Sample or None")
            self.context.errors.handle(TaskFailure(error, origin=self.name), index, content.meta)
        return None


def apply_in_order(
    processor: MappingDataProcessor,
    samples: Iterable[Sample],
    num_processes: int = 1,
    drop_invalid: bool = True,
    progress_bar: bool = False,
) -> List[Sample]:
    """Apply one processor to samples, in worker processes if there are enough samples for that.

    Args:
        processor: The processor. Workers create their own from its parameters.
        samples: The samples.
        num_processes: Number of worker processes; 1 stays in this process.
        drop_invalid: Leave out the samples that the processor marked as invalid.
        progress_bar: Show the progress.
    """
    total = len(samples) if isinstance(samples, Sized) else None
    shown = tqdm_wrapper(samples, progress_bar=progress_bar, desc=type(processor).__name__, total=total)
    if num_processes <= 1 or (total is not None and total < 2 * num_processes):
        results = list(_apply_here(processor, shown))
    else:
        results = _apply_in_workers(processor, shown, num_processes)
    return [sample for sample in results if not drop_invalid or processor.is_valid_sample(sample)]  # type: ignore[misc]


def _apply_here(processor: MappingDataProcessor, samples: Iterable[Sample]) -> Iterator[Optional[Sample]]:
    seed = draw_seed()
    for index, sample in enumerate(samples):
        number = sample_seed(seed, 0, index)
        with borrowed_globals():
            seed_globals(number)
            processor.seed_rng(number)
            result = processor.apply_on_sample(own_sample(sample))
        yield result


def _apply_in_workers(
    processor: MappingDataProcessor, samples: Iterable[Sample], num_processes: int
) -> List[Optional[Sample]]:
    parts = processor.processors if isinstance(processor, SequenceProcessor) else [processor]
    factory = _SampleWorkerFactory([part.params for part in parts], processor.data_params, processor.mode)
    name = type(processor).__name__
    pool: WorkerPool[Task] = WorkerPool(
        dump_for_workers(factory, f"The parameters of {name}"), num_processes, name=name, describe_task=_describe_task
    )
    errors = SampleErrorHandler()
    results: List[Optional[Sample]] = []
    seed = draw_seed()
    try:
        for task, outcome in pool.map((seed, 0, index, sample) for index, sample in enumerate(samples)):
            if isinstance(outcome, TaskFailure):
                errors.handle(outcome, task[2], task[3].meta)  # type: ignore[union-attr]
            results.append(outcome)
    finally:
        pool.close()
    return results
