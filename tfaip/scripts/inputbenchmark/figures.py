# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""From sums of seconds to the rate that each part of a pipeline can reach."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, List, Optional

if TYPE_CHECKING:
    from tfaip.data.pipeline.timing.times import PipelineSums, StageSums

GENERATOR = "data generator"
COLLATION = "collation"
PIPELINE = "pipeline itself"
CROSSING = "crossing into TensorFlow"

_BUSY = 0.9  # of all cores: then more processes do not help


@dataclass(frozen=True)
class Part:
    """A part of a pipeline.

    Args:
        name: The data generator, a processor, or a step.
        place: ``main`` for the main process, else the number of the stage whose workers do it.
        seconds: What it takes for each sample that reaches the training, in one process.
        count: The samples that it was given.
    """

    name: str
    place: str
    seconds: float
    count: int


@dataclass(frozen=True)
class Resource:
    """What can only do one thing at a time, or as many as it has processes.

    Args:
        place: See :class:`Part`; ``TensorFlow`` for the thread that reads the batches.
        processes: Number of processes.
        parts: What it does.
        is_stream: Whether it cannot have more processes.
    """

    place: str
    processes: int
    parts: List[Part]
    is_stream: bool = False

    @property
    def seconds(self) -> float:
        """What each sample that reaches the training takes there."""
        return sum(part.seconds for part in self.parts)

    @property
    def capacity(self) -> float:
        """The samples per second that it can do."""
        return self.processes / self.seconds if self.seconds > 0 else math.inf

    @property
    def largest(self) -> Part:
        """The part that takes the longest."""
        return max(self.parts, key=lambda part: part.seconds)


@dataclass(frozen=True)
class Figures:
    """The figures of a benchmark.

    Args:
        main: The preparation of samples in the main process.
        crossing: What takes batches into TensorFlow.
        stages: The stages that run in worker processes.
        cpu_seconds: The time of the processor cores for each sample.
        cores: Number of processor cores.
        cores_are_busy: Whether there is hardly a core that has nothing to do.
        seconds_of_stages: The seconds of each stage to reckon with if it gets more processes.
    """

    main: Resource
    crossing: Resource
    stages: List[Resource]
    cpu_seconds: float
    cores: int
    cores_are_busy: bool
    seconds_of_stages: List[float]

    @property
    def resources(self) -> List[Resource]:
        """All of them."""
        return [*self.stages, self.main, self.crossing]

    @property
    def parts(self) -> List[Part]:
        """All parts, in the order of the data."""
        first, *rest = self.main.parts
        workers = [part for stage in self.stages for part in stage.parts]
        return [first, *workers, *rest, *self.crossing.parts]

    @property
    def bottleneck(self) -> Resource:
        """What can do the fewest samples."""
        return min(self.resources, key=lambda resource: resource.capacity)

    @property
    def movable_seconds(self) -> float:
        """What processors take in the main process, which worker processes could do as well."""
        return sum(part.seconds for part in self.main.parts if part.name not in (GENERATOR, COLLATION, PIPELINE))

    @property
    def main_capacity(self) -> float:
        """The samples per second that the main process can do with any number of workers.

        Processors that run in it do not count: workers can take them.
        """
        seconds = self.main.seconds - self.movable_seconds
        own = 1 / seconds if seconds > 0 else math.inf
        return min(own, self.crossing.capacity)

    @property
    def cores_capacity(self) -> float:
        """The samples per second that all cores together can do."""
        return self.cores / self.cpu_seconds if self.cpu_seconds > 0 else math.inf

    def processes_for(self, rate: float) -> int:
        """Return how many worker processes a rate takes, for the stage that takes most; 0 if no stage can have any."""
        seconds = [
            seconds for stage, seconds in zip(self.stages, self.seconds_of_stages, strict=True) if not stage.is_stream
        ]
        return math.ceil(round(rate * max([self.movable_seconds, *seconds]), 6))

    def capacity_of(self, part: Part) -> float:
        """Return the samples per second that a part can do in its processes, if they do nothing else."""
        processes = next((r.processes for r in self.resources if part in r.parts), 1)
        return processes / part.seconds if part.seconds > 0 else math.inf


def figures(sums: "PipelineSums", crossing_seconds: Optional[float], n_read: int, cores: int) -> Figures:
    """Return the figures of what was measured.

    Args:
        sums: The sums of the pipeline.
        crossing_seconds: What the reading thread took to bring batches into TensorFlow; None if TensorFlow reads the
            pipeline itself.
        n_read: The samples that were read.
        cores: Number of processor cores that may be used.
    """
    n = max(1, sums.n_run)
    if crossing_seconds is None:  # the time in which TensorFlow did not ask for samples
        crossing_seconds, n_read = max(0.0, sums.clock - sums.run), n
    crossing = Part(CROSSING, "main", crossing_seconds / max(1, n_read), n_read)
    cpu_seconds = (sums.cpu + sum(stage.cpu for stage in sums.stages)) / n
    are_busy = cpu_seconds * n >= _BUSY * cores * sums.clock
    with_workers = [(number, stage) for number, stage in enumerate(sums.stages) if stage.n_processes]
    stages = [_stage(number, stage, n) for number, stage in with_workers]
    return Figures(
        main=_main(sums, n),
        crossing=Resource("TensorFlow", 1, [crossing]),
        stages=stages,
        cpu_seconds=cpu_seconds,
        cores=cores,
        cores_are_busy=are_busy,
        # processes that wait for a core take longer, but not because of what they do
        seconds_of_stages=[
            stage.cpu / n if are_busy else resource.seconds
            for (_, stage), resource in zip(with_workers, stages, strict=True)
        ],
    )


def _main(sums: "PipelineSums", n: int) -> Resource:
    seconds = max(0.0, sums.run - sum(stage.waited for stage in sums.stages))
    here = [stage for stage in sums.stages if not stage.n_processes]
    parts = [
        Part(GENERATOR, "main", sums.source / n, sums.n_source),
        *(part for stage in here for part in _processors(stage, "main", n)),
        Part(COLLATION, "main", sums.collating / n, sums.n_collated),
    ]
    parts.append(_rest("main", seconds / n, sums.run_cpu / n, parts, sums.n_run))
    return Resource("main", 1, parts)


def _stage(number: int, sums: "StageSums", n: int) -> Resource:
    place = str(number + 1)
    parts = _processors(sums, place, n)
    if sums.n_collated:
        parts.append(Part(COLLATION, place, sums.collating / n, sums.n_collated))
    parts.append(_rest(place, sums.worked / n, sums.cpu / n, parts, n))
    return Resource(place, sums.n_processes, parts, sums.is_stream)


def _rest(place: str, seconds: float, cpu_seconds: float, parts: List[Part], count: int) -> Part:
    """Return the part of the time that no other part accounts for; waiting for a core or a full pipe is no work."""
    rest = seconds - sum(part.seconds for part in parts)
    return Part(PIPELINE, place, max(0.0, min(rest, cpu_seconds)), count)


def _processors(sums: "StageSums", place: str, n: int) -> List[Part]:
    names: Sequence[str] = sums.names
    return [
        Part(name, place, seconds / n, count)
        for name, seconds, count in zip(names, sums.seconds, sums.counts, strict=True)
    ]
