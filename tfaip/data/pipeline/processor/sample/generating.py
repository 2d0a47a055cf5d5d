# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The stage of a generating processor, with the mapping processors around it: here, in one worker, or in several."""

import contextlib
import itertools
import operator
from collections.abc import Iterable, Iterator
from typing import Any, Generator, List, NoReturn, Optional, Tuple

from tfaip.data.pipeline.definitions import Sample, SampleErrorPolicy, describe
from tfaip.data.pipeline.errors import sample_error, sample_identity
from tfaip.data.pipeline.processor.params import is_mapping
from tfaip.data.pipeline.processor.sample.base import Item, SampleProcessorPipelineBase
from tfaip.data.pipeline.processor.sample.generatingworker import (
    ChunkOutcome,
    GeneratingWorkerFactory,
    GenerationChunk,
    generate_chunk,
)
from tfaip.data.pipeline.processor.sample.generation import (
    Event,
    FailedGeneration,
    FailedSample,
    GeneratingSequence,
    Origin,
)
from tfaip.util.errors import UserTypeError, UserValueError
from tfaip.util.multiprocessing.failure import TaskFailure
from tfaip.util.multiprocessing.stream.runningstream import StreamFailed
from tfaip.util.multiprocessing.stream.streamworker import StreamWorker
from tfaip.util.multiprocessing.workerstart import dump_for_workers


class GeneratingSampleProcessorPipeline(SampleProcessorPipelineBase):
    """A stage of one generating processor and mapping processors before and after it.

    ``generate()`` gets all samples of a pass over the data, in one worker process; or a chunk of them, in any of the
    worker processes, if the parameters of the processor declare its size. A batch of the data generator is a chunk.
    """

    def run(
        self, items: Iterable[Item], run_parallel: bool, n_here: int = 0, is_single_pass: bool = False
    ) -> Iterator[Item]:
        """Process items in their order; see the base class."""
        items = iter(items)
        first = next(items, None)
        if first is None:
            return
        items = itertools.chain([first], items)
        chunk_size = self._chunk_size()
        if chunk_size is not None or isinstance(first[2], list):
            yield from self._run_chunks(items, chunk_size, run_parallel, n_here)
        else:
            yield from self._run_passes(items, run_parallel, n_here, is_single_pass)

    @property
    def has_chunks(self) -> bool:
        """Whether the processor gets single samples by chunks."""
        return self._chunk_size() is not None

    def _chunk_size(self) -> Optional[int]:
        params = next(params for params in self.params if not is_mapping(params))
        size = params.samples_per_chunk()
        if size is not None and size < 1:
            raise UserValueError(
                f"The size of a chunk of {type(params).__name__} is too small.",
                expected="samples_per_chunk() returns at least 1, or None",
                got=str(size),
            )
        return size

    def _create_sequence(self) -> GeneratingSequence:
        meter = self.times.work if self.is_timed else None
        return GeneratingSequence(
            self.params, self.data_params, self.mode, self.settings.retries, remote=False, meter=meter
        )

    def _factory(self, by_chunk: bool) -> GeneratingWorkerFactory:
        return GeneratingWorkerFactory(
            self.params, self.data_params, self.mode, self.settings.retries, by_chunk, self.is_timed
        )

    # Chunks

    def _run_chunks(
        self, items: Iterator[Item], size: Optional[int], run_parallel: bool, n_here: int
    ) -> Iterator[Item]:
        current_pass, n_samples = -1, 1
        chunks = _chunks(items, self.context.seed, size)
        for chunk, outcome in self._outcomes(chunks, size, n_here if run_parallel else None):
            if chunk.origin.epoch != current_pass:
                self.check_pass(current_pass, n_samples)
                current_pass = chunk.origin.epoch
                n_samples = self.context.start.n_generated_before(current_pass)
            if self.context.chunk_starts is not None:
                self.context.chunk_starts.add(current_pass, chunk.origin.position, n_samples)
            samples = self._samples_of(chunk, outcome)
            if chunk.is_batch and samples:
                yield current_pass, n_samples, samples
            elif not chunk.is_batch:
                yield from ((current_pass, index, sample) for index, sample in enumerate(samples, n_samples))
            n_samples += len(samples)

    def _outcomes(
        self, chunks: Iterator[GenerationChunk], size: Optional[int], n_here: Optional[int]
    ) -> Iterator[Tuple[GenerationChunk, Any]]:
        """Yield chunks with their outcomes.

        Args:
            chunks: The chunks.
            size: Number of samples in a chunk; None if one worker has to do them all.
            n_here: Number of samples to process in this process before workers are started, None for all.
        """
        here = chunks if n_here is None else itertools.islice(chunks, -(-n_here // (size or 1)))
        sequence: Optional[GeneratingSequence] = None
        for chunk in here:
            sequence = sequence or self._create_sequence()
            yield chunk, generate_chunk(sequence, chunk, self.settings.retries)
        following = next(chunks, None)
        if following is None:
            return
        results = self.map_in_workers(
            self._factory(by_chunk=True),
            itertools.chain([following], chunks),
            _describe_chunk,
            size or len(following.samples),
            num_processes=1 if size is None else None,
        )
        with contextlib.closing(results):  # type: ignore[type-var]
            yield from results

    def _samples_of(self, chunk: GenerationChunk, outcome: Any) -> List[Sample]:
        if isinstance(outcome, TaskFailure):  # the transport of the whole chunk failed
            outcome = ChunkOutcome([], FailedGeneration(outcome, chunk.origin.position, chunk.samples[0].meta))
        errors = self.context.errors
        if outcome.failure is not None:
            identities = [(index, sample.meta) for index, sample in chunk.indexed()]
            failure, position, meta = outcome.failure
            errors.handle(failure, position, meta, identities)
        for event in outcome.events:
            if isinstance(event, FailedSample):
                errors.handle(*event)
        return [event for event in outcome.events if isinstance(event, Sample)]

    # Passes

    def _run_passes(
        self, items: Iterator[Item], run_parallel: bool, n_here: int, is_single_pass: bool
    ) -> Iterator[Item]:
        previous, n_samples = -1, 1
        sequence: Optional[GeneratingSequence] = None
        if run_parallel and n_here > 0:
            first = list(itertools.islice(items, n_here))
            run_parallel = len(first) == n_here
            items = itertools.chain(first, items)
        for epoch, group in itertools.groupby(items, key=operator.itemgetter(0)):
            self.check_pass(previous, n_samples)
            previous, n_samples = epoch, 0
            if run_parallel:
                events = self._events_of_worker(epoch, group)
            else:
                sequence = sequence or self._create_sequence()
                events = self._events_here(sequence, epoch, group)
            with contextlib.closing(events):
                for event in events:
                    if isinstance(event, FailedGeneration):
                        self._raise(event.failure, event.position, event.meta)
                    elif isinstance(event, FailedSample):
                        self.context.errors.handle(*event)
                    else:
                        yield epoch, n_samples, event
                        n_samples += 1
            if is_single_pass:  # the samples that were not read may be endless
                return

    def _events_here(
        self, sequence: GeneratingSequence, epoch: int, items: Iterator[Item]
    ) -> Generator[Event, None, None]:
        def handle(failed: FailedSample) -> None:
            self.context.errors.handle(*failed)

        index, pairs = _indexed(items)
        try:
            yield from sequence.generate(Origin(self.context.seed, epoch, index), pairs, handle)
        except Exception as error:
            if sequence.is_foreign(error):
                raise
            yield sequence.failed(error)

    def _events_of_worker(self, epoch: int, items: Iterator[Item]) -> Generator[Event, None, None]:
        settings = self.settings
        self.times.is_stream = True
        dumped = dump_for_workers(self._factory(by_chunk=False), f"The parameters of {self.name}")

        def create() -> StreamWorker:
            return StreamWorker(
                dumped,
                name=self.name,
                max_tasks_per_process=settings.max_tasks_per_process,
                max_growth=settings.max_growth,
                max_bytes=settings.max_bytes,
                describe_task=lambda task: sample_identity(task[0], task[1].meta),
            )

        index, pairs = _indexed(items)
        with self.context.pools.lease((dumped, settings), create) as worker:
            with contextlib.closing(worker.run((self.context.seed, epoch, index), pairs, self.times)) as events:
                try:
                    yield from events
                except StreamFailed as error:
                    last_index, sample = error.task or (None, None)
                    self._raise(error.failure, last_index, getattr(sample, "meta", None))

    def _raise(self, failure: TaskFailure, index: Optional[int], meta: Any) -> NoReturn:
        failure.origin = failure.origin or self.name
        error = sample_error(failure, index, meta)
        if self.context.errors.policy == SampleErrorPolicy.SKIP and error.hint is None:
            error.hint = "only a chunk can be skipped: let samples_per_chunk() of the parameters return a number"
        raise error


def _indexed(items: Iterator[Item]) -> Tuple[int, Iterator[Tuple[int, Sample]]]:
    """Return the position of the first sample, and all samples with their positions."""
    first = next(items)

    def pairs() -> Iterator[Tuple[int, Sample]]:
        for _, index, content in itertools.chain([first], items):
            if isinstance(content, list):
                raise UserTypeError("A batch comes among single samples.", expected="a Sample", got=describe(content))
            yield index, content

    return first[1], pairs()


def _chunks(items: Iterator[Item], seed: int, size: Optional[int]) -> Iterator[GenerationChunk]:
    """Yield chunks of samples; they end with the pass, and a batch is a chunk."""
    samples: List[Sample] = []
    origin = Origin(seed, 0, 0)
    for epoch, index, content in items:
        if samples and (epoch != origin.epoch or isinstance(content, list)):
            yield GenerationChunk(origin, samples, False)
            samples = []
        if isinstance(content, list):
            yield GenerationChunk(Origin(seed, epoch, index), content, True)
            continue
        if not samples:
            origin = Origin(seed, epoch, index)
        samples.append(content)
        if len(samples) >= (size or 1):
            yield GenerationChunk(origin, samples, False)
            samples = []
    if samples:
        yield GenerationChunk(origin, samples, False)


def _describe_chunk(chunk: GenerationChunk) -> str:
    first = sample_identity(chunk.origin.position, chunk.samples[0].meta if chunk.samples else None)
    return f"{len(chunk.samples)} samples from {first} on"
