# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Measuring the speed of training, evaluation and prediction."""

import time
from typing import Any, Dict, Optional

import keras

from tfaip.trainer.callbacks.extract_logs import ExtractLogsCallback
from tfaip.util.benchmark import BenchmarkResults

__all__ = ["BenchmarkCallback", "BenchmarkResults"]


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
        # reading the number of samples waits for the device, so only once
        is_last = batch + 1 == (self.params or {}).get("steps")
        n_samples = self.model.n_samples if is_last and hasattr(self.model, "n_samples") else None
        self.results.finish_epoch(time.perf_counter() - self._start, n_samples)
