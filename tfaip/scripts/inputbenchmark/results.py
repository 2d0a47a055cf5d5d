# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a benchmark of the input pipeline has found, as text and as JSON."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from tfaip.scripts.inputbenchmark.figures import Figures
from tfaip.scripts.inputbenchmark.verdict import milliseconds, place_of, verdict
from tfaip.util.benchmark import BenchmarkResults


@dataclass
class InputResults(BenchmarkResults):
    """The counts and rates of the benchmark, and what they mean.

    Args:
        figures: What the parts of the pipeline take; None if no batch has come.
        memory: The bytes of memory that the main process holds.
        memory_of_workers: The bytes that each worker process alone holds.
        skipped_samples: Number of samples that were left out because a processor failed on them.
        wanted_rate: The samples per second that the training takes, None if it was not told.
    """

    figures: Optional[Figures] = None
    memory: int = 0
    memory_of_workers: List[int] = field(default_factory=list)
    skipped_samples: int = 0
    wanted_rate: Optional[float] = None

    def verdict(self) -> List[str]:
        """Return what binds and what would help."""
        if self.figures is None or not self.n_samples:
            return ["Nothing can be said: it ended too early."]
        return verdict(self.figures, self.samples_per_second, self.wanted_rate)

    def pretty_print(self, print_fn: Callable[[str], Any] = print) -> None:
        """Print tables and the verdict.

        Args:
            print_fn: Called with each line.
        """
        super().pretty_print(print_fn)
        table = self.table()
        remarks = [self.memory_line(), f"skipped samples: {self.skipped_samples}", *self.verdict()]
        for line in [*(["", *table] if table else []), "", *remarks]:
            print_fn(line)

    def table(self) -> List[str]:
        """Return a line for each part of the pipeline."""
        figures = self.figures
        if figures is None:
            return []
        width = max(len("part"), *(len(part.name) for part in figures.parts)) + 2
        lines = [f"{'part':{width}s}{'where':14s}{'ms per sample':>14s}{'samples/s at most':>20s}"]
        for part in figures.parts:
            capacity = figures.capacity_of(part)
            rate = f"{capacity:.0f}" if math.isfinite(capacity) else "-"
            seconds = milliseconds(part.seconds)
            lines.append(f"{part.name:{width}s}{place_of(part, figures):14s}{seconds:>14s}{rate:>20s}")
        return lines

    def memory_line(self) -> str:
        """Return the memory of all processes."""
        workers = ", ".join(f"{_mebibytes(size)}" for size in self.memory_of_workers)
        return f"memory in MiB: main process {_mebibytes(self.memory)}" + (f", workers {workers}" if workers else "")

    def to_dict(self) -> Dict[str, Any]:
        """Return the results for ``--json``."""
        values: Dict[str, Any] = {
            "batches": int(self.n_batches),
            "samples": int(self.n_samples),
            "seconds": self.total_time,
            "batches_per_second": self.batches_per_second,
            "samples_per_second": self.samples_per_second,
            "skipped_samples": self.skipped_samples,
            "memory": {"main": self.memory, "workers": self.memory_of_workers},
            "parts": [],
            "bound_by": None,
            "verdict": self.verdict(),
        }
        figures = self.figures
        if figures is None or not self.n_samples:
            return values
        values["parts"] = [
            {
                "name": part.name,
                "where": place_of(part, figures),
                "seconds_per_sample": part.seconds,
                "samples": part.count,
                "samples_per_second_at_most": _finite(figures.capacity_of(part)),
            }
            for part in figures.parts
        ]
        resource = figures.bottleneck
        values["bound_by"] = {
            "name": resource.largest.name,
            "where": place_of(resource.largest, figures),
            "samples_per_second_at_most": _finite(resource.capacity),
        }
        most = figures.main_capacity
        values["main_process"] = {
            "samples_per_second_at_most": _finite(most),
            "worker_processes_until_it_binds": figures.processes_for(most) if math.isfinite(most) else None,
        }
        values["processor_cores"] = {
            "number": figures.cores,
            "are_busy": figures.cores_are_busy,
            "samples_per_second_at_most": _finite(figures.cores_capacity),
        }
        if self.wanted_rate is not None:
            is_possible = self.wanted_rate <= figures.main_capacity
            values["wanted"] = {
                "samples_per_second": self.wanted_rate,
                "worker_processes": figures.processes_for(self.wanted_rate) if is_possible else None,
            }
        return values


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):.0f}"


def _finite(value: float) -> Optional[float]:
    return value if math.isfinite(value) else None
