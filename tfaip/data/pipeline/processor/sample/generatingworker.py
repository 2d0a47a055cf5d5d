# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a worker of a generating stage does: with the stream of one pass over the data, or with chunks of samples."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Callable, List, NamedTuple, Optional, Tuple, Union

from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams
from tfaip.data.pipeline.processor.sample.generation import (
    FailedGeneration,
    FailedSample,
    GeneratingSequence,
    IndexedSamples,
    Origin,
)
from tfaip.data.pipeline.processor.sample.ownership import SharedParts, own_sample
from tfaip.data.pipeline.timing.work import WorkMeter, WorkReport
from tfaip.util.multiprocessing.failure import TaskFailure
from tfaip.util.multiprocessing.stream.serving import StreamFunction
from tfaip.util.multiprocessing.workerprocess import report_part

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataBaseParams


class GenerationChunk(NamedTuple):
    """Samples that ``generate()`` gets at once.

    Attributes:
        origin: What random numbers depend on.
        samples: The samples, the first one at the position of the origin.
        is_batch: Whether they form a batch.
    """

    origin: Origin
    samples: List[Sample]
    is_batch: bool

    def indexed(self) -> IndexedSamples:
        """Return the samples with their positions."""
        return enumerate(self.samples, self.origin.position)


class ChunkOutcome(NamedTuple):
    """What became of a chunk: the samples, or what failed on all of it."""

    events: List[Union[Sample, FailedSample]]
    failure: Optional[FailedGeneration] = None


def generate_chunk(
    sequence: GeneratingSequence, chunk: GenerationChunk, retries: int, samples: Optional[IndexedSamples] = None
) -> ChunkOutcome:
    """Return what the processors make of a chunk.

    Args:
        sequence: The processors.
        chunk: The chunk.
        retries: How often to try again if ``generate()`` fails.
        samples: The samples of the chunk, to be told when they are read.
    """
    for left in range(retries, -1, -1):
        given = samples or chunk.indexed()
        tried = ((index, own_sample(sample)) for index, sample in given) if left else given
        events: List[Union[Sample, FailedSample]] = []
        try:
            for sample in sequence.generate(chunk.origin, tried, events.append):
                events.append(sample)
            return ChunkOutcome(events)
        except Exception as error:
            if left == 0:
                return ChunkOutcome([], sequence.failed(error))
    raise AssertionError("The number of retries is negative.")


class _ReportedSamples:
    """The samples of a chunk; tells the other process where the worker is."""

    def __init__(self, chunk: GenerationChunk):
        self._chunk = chunk

    def __iter__(self) -> Iterator[Tuple[int, Sample]]:
        for offset, item in enumerate(self._chunk.indexed()):
            report_part(offset)
            yield item


class _ChunkWorker:
    """Works on chunks."""

    takes_known_failures = True

    def __init__(self, sequence: GeneratingSequence):
        self._sequence = sequence

    def prepare_tasks(self, tasks: List[GenerationChunk]) -> List[GenerationChunk]:
        """Return the chunks of a message, so that they share nothing."""
        own = SharedParts().own
        return [chunk._replace(samples=list(map(own, chunk.samples))) for chunk in tasks]

    def report(self) -> Optional[WorkReport]:
        """Return the times since the last report."""
        return _report(self._sequence)

    def __call__(
        self, chunk: GenerationChunk, known_failures: Optional[Mapping[int, TaskFailure]] = None
    ) -> ChunkOutcome:
        for offset, failure in (known_failures or {}).items():
            failed = FailedGeneration(failure, chunk.origin.position + offset, chunk.samples[offset].meta)
            return ChunkOutcome([], failed)
        return generate_chunk(self._sequence, chunk, self._sequence.retries, _ReportedSamples(chunk))


class _StreamFunction(StreamFunction):
    """Works on the stream of one pass."""

    def __init__(self, sequence: GeneratingSequence):
        self._sequence = sequence

    def prepare_inputs(self, tasks: List[Any]) -> List[Any]:
        own = SharedParts().own
        return [(index, own(sample)) for index, sample in tasks]

    def __call__(self, head: Any, inputs: Iterator[Any], put: Callable[[Any], None]) -> None:
        try:
            for sample in self._sequence.generate(Origin(*head), inputs, put):
                put(sample)
        except Exception as error:
            if self._sequence.is_foreign(error):
                raise
            put(self._sequence.failed(error))

    def report(self) -> Optional[WorkReport]:
        return _report(self._sequence)

    def undeliverable(self, output: Any, failure: Optional[TaskFailure]) -> Any:
        if isinstance(output, FailedGeneration):
            return output._replace(meta=None)
        return FailedSample(failure, self._sequence.index, self._sequence.meta)  # type: ignore[arg-type]


def _report(sequence: GeneratingSequence) -> Optional[WorkReport]:
    return None if sequence.meter is None else sequence.meter.report()


class GeneratingWorkerFactory:
    """Creates the processors in a worker process.

    Args:
        params: The parameters of the processors.
        data_params: The parameters of the data.
        mode: The mode of the pipeline.
        retries: How often to try a sample again that a mapping processor fails on, or a chunk.
        by_chunk: Whether the worker gets chunks, otherwise streams.
        is_timed: Whether to measure the processors.
    """

    def __init__(
        self,
        params: List[DataProcessorParams],
        data_params: "Optional[DataBaseParams]",
        mode: PipelineMode,
        retries: int,
        by_chunk: bool,
        is_timed: bool = False,
    ):
        self._args = params, data_params, mode, retries
        self._by_chunk = by_chunk
        self._is_timed = is_timed

    def __call__(self) -> Callable[..., Any]:
        """Return what the worker does."""
        meter = WorkMeter(len(self._args[0])) if self._is_timed else None
        sequence = GeneratingSequence(*self._args, remote=True, meter=meter)
        return _ChunkWorker(sequence) if self._by_chunk else _StreamFunction(sequence)
