# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What binds a pipeline, and what would help."""

import math
from typing import List, Optional

from tfaip.scripts.inputbenchmark.figures import COLLATION, CROSSING, GENERATOR, PIPELINE, Figures, Part, Resource

_MUCH = 0.25  # of the time of the main process


def verdict(figures: Figures, rate: float, wanted: Optional[float]) -> List[str]:
    """Return what binds and what would help, one sentence a line.

    Args:
        figures: The figures.
        rate: The samples per second that were read.
        wanted: The samples per second that a training takes, None if nobody knows.
    """
    resource = figures.bottleneck
    lines = [_what_binds(resource), *_workers(figures, resource)]
    if figures.cores_are_busy:
        lines.append(
            f"All {figures.cores} processor cores are busy: on this machine about "
            f"{per_second(figures.cores_capacity)} are possible, with any number of worker processes."
        )
    if wanted is not None:
        lines.append(_for_rate(figures, rate, wanted))
    return lines


def per_second(rate: float) -> str:
    """Return a rate of samples for people."""
    if not math.isfinite(rate):
        return "any number of samples/s"
    return f"{rate:.0f} samples/s" if rate >= 10 else f"{rate:.2g} samples/s"


def place_of(part: Part, figures: Figures) -> str:
    """Return where a part runs."""
    for stage in figures.stages:
        if stage.place == part.place:
            return "1 worker" if stage.processes == 1 else f"{stage.processes} workers"
    return "main process"


def _what_binds(resource: Resource) -> str:
    part = resource.largest
    where = "a worker process" if resource.place.isdigit() else "the main process"
    share = f"{milliseconds(part.seconds)} of the {milliseconds(resource.seconds)} ms that a sample takes in {where}"
    if part.name == CROSSING:
        return f"Bound by the crossing into TensorFlow: {milliseconds(part.seconds)} ms a sample in the main process."
    if part.name in (GENERATOR, COLLATION):
        return f"Bound by the {part.name}: {share}."
    if part.name == PIPELINE:
        return f"Bound by the pipeline itself (seeds, order, moving samples): {share}."
    return f"Bound by {part.name}: {share}."


def _workers(figures: Figures, resource: Resource) -> List[str]:
    """Return what the number of worker processes has to do with it."""
    part = resource.largest
    most = figures.main_capacity
    needed = figures.processes_for(most) if math.isfinite(most) else 0
    until = f"until the main process binds, at about {per_second(most)}"
    if resource.place.isdigit():
        if resource.is_stream:
            return [
                "A generating processor runs in one worker process: let samples_per_chunk() of its parameters return a "
                "number, and more can work."
            ]
        if figures.cores_are_busy:
            return [f"With enough processor cores {_processes(needed)} would be needed {until}."]
        return [f"{_processes(resource.processes)} now; {max(1, needed)} would be needed {until}."]
    if part.name in (GENERATOR, COLLATION, PIPELINE, CROSSING):
        if resource is figures.main and figures.movable_seconds > _MUCH * resource.seconds:
            share = milliseconds(figures.movable_seconds)
            return [
                f"Worker processes could do what processors do there ({share} ms): see run_parallel, num_processes."
            ]
        hint = "More worker processes do not help"
        return [hint + (": move work from generate() to processors." if part.name == GENERATOR else ".")]
    return [f"It runs in the main process; {_processes(max(1, needed))} would be needed {until}."]


def _for_rate(figures: Figures, rate: float, wanted: float) -> str:
    start = f"For {per_second(wanted)}"
    if rate >= wanted:
        return f"{start} the data are fast enough."
    if wanted > figures.main_capacity:
        return f"{start} no number of worker processes is enough: the main process binds before."
    fixed = min((stage.capacity for stage in figures.stages if stage.is_stream), default=math.inf)
    if wanted > fixed:
        return f"{start} no number of worker processes is enough: a generating processor binds before."
    text = f"{start} {_processes(figures.processes_for(wanted))} would be needed"
    n_cores = math.ceil(round(wanted * figures.cpu_seconds, 6))
    return f"{text}, and {n_cores} processor cores (here {figures.cores})."


def milliseconds(seconds: float) -> str:
    """Return milliseconds with as many digits as tell something."""
    value = 1000 * seconds
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}" if value >= 1 else f"{value:.3f}"


def _processes(n: int) -> str:
    return "1 worker process" if n <= 1 else f"{n} worker processes"
