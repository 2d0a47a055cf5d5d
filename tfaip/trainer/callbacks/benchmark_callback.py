# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Measuring the speed of training, evaluation and prediction."""

import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, Optional

import keras

from tfaip.trainer.callbacks.extract_logs import ExtractLogsCallback


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
        """Count one batch of ``batch_size`` samples that took ``batch_time`` seconds."""
        self.n_batches += 1
        self.n_samples += batch_size
        self.finish_epoch(self.total_time + batch_time)

    def finish_epoch(self, duration: float, samples: Optional[float] = None) -> None:
        """Set the total time, and optionally the number of samples, and compute the rates."""
        if samples is not None:
            self.n_samples = samples
        self.total_time = duration
        self.avg_time_per_batch = duration / self.n_batches if self.n_batches else 0
        self.avg_time_per_sample = duration / self.n_samples if self.n_samples else 0
        self.batches_per_second = self.n_batches / duration if duration > 0 else 0
        self.samples_per_second = self.n_samples / duration if duration > 0 else 0

    def pretty_print(self, print_fn: Callable[[str], Any] = print) -> None:
        """Print a table."""
        print_fn("Benchmark")
        print_fn(f"{'':10s}{'total':>12s}{'per second':>14s}{'seconds each':>16s}")
        rows = (
            ("batches", self.n_batches, self.batches_per_second, self.avg_time_per_batch),
            ("samples", self.n_samples, self.samples_per_second, self.avg_time_per_sample),
        )
        for name, total, rate, seconds in rows:
            print_fn(f"{name:10s}{total:12.0f}{rate:14.2f}{seconds:16.6f}")
        print_fn(f"{'seconds':10s}{self.total_time:12.3f}")


class BenchmarkCallback(keras.callbacks.Callback):
    """Measures the steps of each epoch of a training; the last results are in ``results``.

    Args:
        extracted_logs_cb: The first callback of the training.
    """

    supports_steps_per_call = True

    def __init__(self, extracted_logs_cb: Optional[ExtractLogsCallback] = None):
        super().__init__()
        self.extracted_logs_cb = extracted_logs_cb
        self.results = BenchmarkResults()
        self._start = 0.0

    def on_epoch_begin(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Start to measure."""
        self.results = BenchmarkResults()
        self._start = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Count the steps up to ``batch``."""
        self.results.n_batches = batch + 1
        self.results.finish_epoch(time.perf_counter() - self._start)
