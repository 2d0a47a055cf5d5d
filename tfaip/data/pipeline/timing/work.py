# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The time that processors take, in whichever process they run. Must stay light: workers import it."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, List, NamedTuple, Optional, Tuple

from tfaip.data.pipeline.batching.collator import Batch, BatchCollator
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor, SequenceProcessor

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataBaseParams


class WorkReport(NamedTuple):
    """What was done since the last report.

    Attributes:
        seconds: What each processor of the stage took.
        counts: How many samples each of them was given.
        seconds_collating: What making batches took.
        n_collated: The samples in these batches.
        cpu_seconds: The time of the processor cores that the process took for everything.
    """

    seconds: List[float]
    counts: List[int]
    seconds_collating: float
    n_collated: int
    cpu_seconds: float


class WorkMeter:
    """Adds up the time of the processors of a stage.

    Args:
        size: Number of processors.
    """

    def __init__(self, size: int):
        self.seconds = [0.0] * size
        self.counts = [0] * size
        self.cpu_seconds = 0.0
        self._cpu_at_last_report = time.process_time()

    def add(self, place: int, seconds: float, count: int = 1) -> None:
        """Add what a processor took.

        Args:
            place: Place of the processor in the stage.
            seconds: The time.
            count: The number of samples.
        """
        self.seconds[place] += seconds
        self.counts[place] += count

    def report(self, collator: "Optional[TimedCollator]" = None) -> WorkReport:
        """Return what has been added since the last report.

        Args:
            collator: What makes batches in this process.
        """
        now = time.process_time()
        collated = (0.0, 0) if collator is None else collator.take()
        report = WorkReport(self.seconds, self.counts, *collated, now - self._cpu_at_last_report)
        self._cpu_at_last_report = now
        self.seconds, self.counts = [0.0] * len(self.seconds), [0] * len(self.counts)
        return report


class TimedSequence(SequenceProcessor):
    """Mapping processors that run as one, with a clock beside them.

    Args:
        data_params: The parameters of the data.
        mode: The mode of the pipeline.
        processors: The processors in their order.
        meter: Gets the times.
        first: Place of the first processor in the stage.
    """

    def __init__(
        self,
        data_params: "Optional[DataBaseParams]",
        mode: PipelineMode,
        processors: Sequence[MappingDataProcessor],
        meter: WorkMeter,
        first: int = 0,
    ):
        super().__init__(data_params, mode, processors)
        self._meter = meter
        self._first = first

    def apply(self, sample: Sample) -> Optional[Sample]:
        """Return the sample after all processors; see the base class."""
        result: Optional[Sample] = sample
        for place, processor in enumerate(self.processors, self._first):
            self.current = processor
            begin = time.perf_counter()
            try:
                result = processor.apply_on_sample(sample)
                is_valid = processor.is_valid_sample(result)
            finally:
                self._meter.add(place, time.perf_counter() - begin)
            if not is_valid:
                return None
            assert result is not None
            sample = result
        self.current = None
        return result


class TimedCollator(BatchCollator):
    """Makes batches, with a clock beside it. A copy in another process begins with nothing."""

    seconds = 0.0
    n_samples = 0

    def collate(self, samples: Sequence[Tuple[int, Sample]]) -> Batch:
        """Return a batch; see the base class."""
        begin = time.perf_counter()
        batch = super().collate(samples)
        self._add(begin, len(samples))
        return batch

    def collate_rows(self, rows: Sequence[Batch]) -> Batch:
        """Return a batch; see the base class."""
        begin = time.perf_counter()
        batch = super().collate_rows(rows)
        self._add(begin, len(rows))
        return batch

    def take(self) -> Tuple[float, int]:
        """Return seconds and number of samples since the last call."""
        taken = self.seconds, self.n_samples
        self.seconds, self.n_samples = 0.0, 0
        return taken

    def __reduce__(self) -> tuple:
        """Pickle without the times."""
        return TimedCollator, (self.specs,), {"encodes_meta": self.encodes_meta, "tells_order": self.tells_order}

    def _add(self, begin: float, n_samples: int) -> None:
        self.seconds += time.perf_counter() - begin
        self.n_samples += n_samples
