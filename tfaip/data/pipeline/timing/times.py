# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The times of a pipeline, added up in the process that reads it."""

import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Optional, TypeVar

from tfaip.data.pipeline.batching.arrays import ArraySpec
from tfaip.data.pipeline.batching.collator import BatchCollator
from tfaip.data.pipeline.timing.work import TimedCollator, WorkMeter, WorkReport
from tfaip.util.multiprocessing.meter import Meter

T = TypeVar("T")


class StageTimes(Meter):
    """The times of a stage of processors.

    Args:
        names: The names of the processors; empty if nobody asks for their times.

    Attributes:
        work: The times of the processors, of all processes together.
        collating: Seconds that the workers took to make batches.
        n_collated: The samples in these batches.
        is_stream: Whether one worker has to do all.
    """

    def __init__(self, names: List[str]):
        super().__init__()
        self.names = names
        self.work = WorkMeter(len(names))
        self.collating = 0.0
        self.n_collated = 0
        self.is_stream = False

    def take_report(self, report: WorkReport) -> None:
        """Add what a worker did."""
        for place, (seconds, count) in enumerate(zip(report.seconds, report.counts, strict=True)):
            self.work.add(place, seconds, count)
        self.work.cpu_seconds += report.cpu_seconds
        self.collating += report.seconds_collating
        self.n_collated += report.n_collated


@dataclass(frozen=True)
class StageSums:
    """The sums of a stage; see :class:`StageTimes`."""

    names: List[str]
    n_processes: int
    is_stream: bool
    waited: float
    worked: float
    cpu: float
    seconds: List[float]
    counts: List[int]
    collating: float
    n_collated: int

    def since(self, before: "Optional[StageSums]") -> "StageSums":
        """Return what has come since then."""
        if before is None or len(before.seconds) != len(self.seconds):
            return self
        return StageSums(
            self.names,
            self.n_processes,
            self.is_stream,
            self.waited - before.waited,
            self.worked - before.worked,
            self.cpu - before.cpu,
            [now - then for now, then in zip(self.seconds, before.seconds, strict=True)],
            [now - then for now, then in zip(self.counts, before.counts, strict=True)],
            self.collating - before.collating,
            self.n_collated - before.n_collated,
        )


@dataclass(frozen=True)
class PipelineSums:
    """The sums of a pipeline.

    Args:
        clock: When they were taken.
        cpu: The time of the processor cores that this process took.
        source: Seconds in the data generator.
        n_source: The samples that it yielded.
        run: Seconds in which this process prepared samples or waited for its workers.
        run_cpu: The time of a processor core in these seconds.
        n_run: The samples that came out of that.
        collating: Seconds that making batches took in this process.
        n_collated: The samples in these batches.
        stages: Those of the stages.
    """

    clock: float
    cpu: float
    source: float
    n_source: int
    run: float
    run_cpu: float
    n_run: int
    collating: float
    n_collated: int
    stages: List[StageSums] = field(default_factory=list)

    def since(self, before: "PipelineSums") -> "PipelineSums":
        """Return what has come since then."""
        earlier = dict(enumerate(before.stages))
        return PipelineSums(
            self.clock - before.clock,
            self.cpu - before.cpu,
            self.source - before.source,
            self.n_source - before.n_source,
            self.run - before.run,
            self.run_cpu - before.run_cpu,
            self.n_run - before.n_run,
            self.collating - before.collating,
            self.n_collated - before.n_collated,
            [stage.since(earlier.get(number)) for number, stage in enumerate(self.stages)],
        )


class PipelineTimes:
    """Adds up what the runs through a pipeline take.

    Attributes:
        is_detailed: Look at the clock for each sample and each processor. To be set before a run; otherwise only the
            waiting for workers is known, which costs nothing.
    """

    def __init__(self) -> None:
        self.is_detailed = False
        self._stages: Dict[int, StageTimes] = {}
        self._collators: List[TimedCollator] = []
        self._source = self._run = self._run_cpu = 0.0
        self._n_source = self._n_run = 0

    @property
    def seconds_waited_for_workers(self) -> float:
        """How long the process that reads had nothing to do but to wait for a worker."""
        return sum(stage.seconds_waited for stage in self._stages.values())

    @property
    def n_processes(self) -> int:
        """The largest number of worker processes of a stage."""
        return max((stage.n_processes for stage in self._stages.values()), default=0)

    def stage(self, number: int, names: Callable[[], List[str]]) -> StageTimes:
        """Return the times of a stage, the same ones for each run.

        Args:
            number: Its place in the pipeline.
            names: Returns the names of its processors.
        """
        if number not in self._stages:
            self._stages[number] = StageTimes(names() if self.is_detailed else [])
        return self._stages[number]

    def collator(self, specs: Mapping[str, Mapping[str, ArraySpec]]) -> BatchCollator:
        """Create what makes batches."""
        if not self.is_detailed:
            return BatchCollator(specs)
        self._collators.append(TimedCollator(specs))
        return self._collators[-1]

    def of_source(self, items: Iterator[T], count: Callable[[T], int]) -> Iterator[T]:
        """Return the items of the data generator, and measure them if that is wanted.

        Args:
            items: The items.
            count: Returns the number of samples in an item.
        """
        return self._timed(items, count, self._add_source) if self.is_detailed else items

    def of_run(self, items: Generator[T, None, None], count: Callable[[T], int]) -> Generator[T, None, None]:
        """Return what comes out of a run; see :meth:`of_source`."""
        return self._closing(items, count) if self.is_detailed else items

    def sums(self) -> PipelineSums:
        """Return the sums so far."""
        return PipelineSums(
            time.perf_counter(),
            time.process_time(),
            self._source,
            self._n_source,
            self._run,
            self._run_cpu,
            self._n_run,
            sum(collator.seconds for collator in self._collators),
            sum(collator.n_samples for collator in self._collators),
            [_sums_of(stage) for _, stage in sorted(self._stages.items())],
        )

    def _closing(self, items: Generator[T, None, None], count: Callable[[T], int]) -> Generator[T, None, None]:
        with closing(items):
            yield from self._timed(items, count, self._add_run)

    @staticmethod
    def _timed(items: Iterator[T], count: Callable[[T], int], add: Callable[[float, float, int], Any]) -> Iterator[T]:
        while True:
            begin, begin_cpu = time.perf_counter(), time.thread_time()
            n = 0
            try:
                item = next(items)
                n = count(item)
            except StopIteration:
                return
            finally:
                add(time.perf_counter() - begin, time.thread_time() - begin_cpu, n)
            yield item

    def _add_source(self, seconds: float, cpu_seconds: float, n: int) -> None:
        self._source += seconds
        self._n_source += n

    def _add_run(self, seconds: float, cpu_seconds: float, n: int) -> None:
        self._run += seconds
        self._run_cpu += cpu_seconds
        self._n_run += n


def _sums_of(stage: StageTimes) -> StageSums:
    work = stage.work
    return StageSums(
        stage.names,
        stage.n_processes,
        stage.is_stream,
        stage.seconds_waited,
        stage.seconds_worked,
        work.cpu_seconds,
        list(work.seconds),
        list(work.counts),
        stage.collating,
        stage.n_collated,
    )
