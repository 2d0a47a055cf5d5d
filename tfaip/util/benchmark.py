# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Counting batches and samples per second."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional


@dataclass
class BenchmarkResults:
    """Counts of batches and samples, and the time (in seconds) that they took."""

    n_batches: float = 0
    n_samples: float = 0
    total_time: float = 0
    avg_time_per_batch: float = 0
    avg_time_per_sample: float = 0
    batches_per_second: float = 0
    samples_per_second: float = 0

    def finish_batch(self, batch_size: int, batch_time: float) -> None:
        """Count one batch.

        Args:
            batch_size: Number of its samples.
            batch_time: Seconds that it took.
        """
        self.n_batches += 1
        self.n_samples += batch_size
        self.finish_epoch(self.total_time + batch_time)

    def finish_epoch(self, duration: float, samples: Optional[float] = None) -> None:
        """Set the total time and compute the rates anew.

        Args:
            duration: Seconds in total.
            samples: The number of samples, if it was not counted by :meth:`finish_batch`.
        """
        if samples is not None:
            self.n_samples = samples
        self.total_time = duration
        self.avg_time_per_batch = duration / self.n_batches if self.n_batches else 0
        self.avg_time_per_sample = duration / self.n_samples if self.n_samples else 0
        self.batches_per_second = self.n_batches / duration if duration > 0 else 0
        self.samples_per_second = self.n_samples / duration if duration > 0 else 0

    def pretty_print(self, print_fn: Callable[[str], Any] = print) -> None:
        """Print a table.

        Args:
            print_fn: Called with each line.
        """
        rows = (
            ("batches", self.n_batches, self.batches_per_second, self.avg_time_per_batch),
            ("samples", self.n_samples, self.samples_per_second, self.avg_time_per_sample),
        )
        print_fn(f"{'':10s}{'number':>12s}{'per second':>14s}{'seconds each':>16s}")
        for name, number, rate, seconds in rows:
            print_fn(f"{name:10s}{number:12.0f}{rate:14.2f}{seconds:16.6f}")
        print_fn(f"{'seconds':10s}{self.total_time:12.3f}")
