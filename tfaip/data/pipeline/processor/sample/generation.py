# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A generating processor with the mapping processors around it, in whichever process."""

import contextlib
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Callable, List, NamedTuple, Optional, Tuple, Union

from tfaip.data.pipeline.definitions import PipelineMode, Sample, describe
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, GeneratingDataProcessor
from tfaip.data.pipeline.processor.params import is_mapping
from tfaip.data.pipeline.processor.sample.ownership import own_sample
from tfaip.data.pipeline.processor.sample.processing import create_sequence, process_sample, process_seeded_sample
from tfaip.data.pipeline.seeding import borrowed_globals, sample_seed, seed_globals
from tfaip.data.pipeline.timing.work import WorkMeter
from tfaip.util.multiprocessing.failure import TaskFailure

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataBaseParams


class FailedSample(NamedTuple):
    """A sample that a mapping processor failed on."""

    failure: TaskFailure
    position: int
    meta: Any


class FailedGeneration(NamedTuple):
    """The generating processor failed; the sample is the one that it read last."""

    failure: TaskFailure
    position: int
    meta: Any


Event = Union[Sample, FailedSample, FailedGeneration]
IndexedSamples = Iterable[Tuple[int, Sample]]


class Origin(NamedTuple):
    """What the random numbers of a call of ``generate()`` depend on.

    Attributes:
        seed: The seed of the pipeline.
        epoch: Number of the pass over the data.
        position: That of the first sample.
    """

    seed: int
    epoch: int
    position: int


class GeneratingSequence:
    """The processors of a stage.

    Args:
        params: Their parameters, one of them of a generating processor.
        data_params: The parameters of the data.
        mode: The mode of the pipeline.
        retries: How often to try a sample again that a mapping processor fails on.
        remote: Whether this is a worker process. Elsewhere the global random numbers are put back.
        meter: Gets the times of the processors. None measures nothing.

    Attributes:
        index: Position of the sample that was read last.
        meta: Its meta data.
    """

    def __init__(
        self,
        params: List[DataProcessorParams],
        data_params: "Optional[DataBaseParams]",
        mode: PipelineMode,
        retries: int,
        remote: bool,
        meter: Optional[WorkMeter] = None,
    ):
        place = next(place for place, processor_params in enumerate(params) if not is_mapping(processor_params))
        self._before, self._processor, self._after = (
            create_sequence(params[first:end], data_params, mode, meter, first)
            for first, end in ((0, place), (place, place + 1), (place + 1, len(params)))
        )
        self.meter = meter
        self.retries = retries
        self.remote = remote
        self.index = 0
        self.meta: Any = None
        self._foreign_error: Optional[BaseException] = None

    @property
    def name(self) -> str:
        """The name of the generating processor."""
        return type(self._processor.processors[0]).__name__

    def generate(
        self, origin: Origin, samples: IndexedSamples, on_failure: Callable[[FailedSample], None]
    ) -> Iterator[Sample]:
        """Yield what the processors make of samples. The attributes tell which one was read last.

        Args:
            origin: What random numbers depend on.
            samples: The samples with their positions.
            on_failure: Called with a sample that a mapping processor failed on, which is left out.

        Raises:
            Exception: What ``generate()`` raised, or what ``samples`` or ``on_failure`` raised (:meth:`is_foreign`).
        """
        number = sample_seed(*origin)
        state = _GlobalNumbers(number, self.remote, self._add_time if self.meter is not None else None)
        self._processor.seed_rng(number, len(self._before.processors))
        self._foreign_error = None
        n_outputs = 0
        with contextlib.closing(self._generated(origin, samples, on_failure, state)) as generated:  # type: ignore[type-var]
            while True:
                state.begin()
                try:
                    output = next(generated)
                except StopIteration:
                    break
                finally:
                    state.end()
                n_outputs += 1
                result = self._finish(output, sample_seed(number, 1, n_outputs))
                if isinstance(result, TaskFailure):
                    on_failure(FailedSample(result, self.index, getattr(output, "meta", None)))
                elif result is not None:
                    yield result
        if self._foreign_error is not None:  # generate() has caught it
            raise self._foreign_error

    def is_foreign(self, error: BaseException) -> bool:
        """Return whether an exception came out of what :meth:`generate` was given."""
        return error is self._foreign_error

    def failed(self, failure: Union[BaseException, TaskFailure]) -> FailedGeneration:
        """Return the event for an exception of ``generate()``."""
        if not isinstance(failure, TaskFailure):
            failure = TaskFailure(failure, origin=self.name, remote=self.remote)
        return FailedGeneration(failure, self.index, self.meta)

    def _generated(
        self,
        origin: Origin,
        samples: IndexedSamples,
        on_failure: Callable[[FailedSample], None],
        state: "_GlobalNumbers",
    ) -> Iterator[Any]:
        processor = self._processor.processors[0]
        assert isinstance(processor, GeneratingDataProcessor)
        yield from processor.generate(self._read(origin, samples, on_failure, state))

    def _read(
        self,
        origin: Origin,
        samples: IndexedSamples,
        on_failure: Callable[[FailedSample], None],
        state: "_GlobalNumbers",
    ) -> Iterator[Sample]:
        source = iter(samples)
        while True:
            state.end()
            try:
                self.index, sample = next(source)
                self.meta = sample.meta
                result = self._prepare(origin, sample)
                if isinstance(result, TaskFailure):
                    on_failure(FailedSample(result, self.index, self.meta))
            except StopIteration:
                return
            except Exception as error:
                self._foreign_error = error
                raise
            finally:
                state.begin()
            if isinstance(result, Sample):
                yield result

    def _add_time(self, seconds: float, n_samples: int) -> None:
        if self.meter is not None:
            self.meter.add(len(self._before.processors), seconds, n_samples)

    def _prepare(self, origin: Origin, sample: Sample) -> Any:
        if not self._before.processors:
            return sample if self.remote else own_sample(sample)
        result = process_seeded_sample(
            self._before, origin.seed, origin.epoch, self.index, sample, self.retries, self.remote
        )
        return _checked(result, "the processor returned", "preprocessing")

    def _finish(self, output: Any, number: int) -> Any:
        output = _checked(output, "generate() yielded", self.name)
        if not isinstance(output, Sample) or not self._processor.is_valid_sample(output):
            return output if isinstance(output, TaskFailure) else None
        if not self._after.processors:
            return output
        with contextlib.nullcontext() if self.remote else borrowed_globals():
            result = process_sample(self._after, output, self.remote, self.retries, number)
        return _checked(result, "the processor returned", "postprocessing")


class _GlobalNumbers:
    """Seeds the global random numbers whenever ``generate()`` goes on, and looks at the clock if somebody asks."""

    def __init__(self, number: int, remote: bool, add_time: Optional[Callable[[float, int], None]] = None):
        self._number = number
        self._remote = remote
        self._count = 0
        self._add_time = add_time
        self._began: Optional[float] = None
        self._borrowed = contextlib.ExitStack()

    def begin(self) -> None:
        self._count += 1
        if not self._remote:
            self._borrowed.enter_context(borrowed_globals())
        seed_globals(sample_seed(self._number, 0, self._count))
        if self._add_time is not None:
            self._began = time.perf_counter()

    def end(self) -> None:
        if self._add_time is not None and self._began is not None:
            self._add_time(time.perf_counter() - self._began, 1)
            self._began = None
        self._borrowed.close()


def _checked(result: Any, what: str, origin: str) -> Any:
    if result is None or isinstance(result, (Sample, TaskFailure)):
        return result
    return TaskFailure(TypeError(f"{what} {describe(result)}, expected a Sample"), origin=origin)
