# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Measuring a pipeline while it is read."""

import contextlib
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Optional

from tfaip.scripts.inputbenchmark.figures import figures
from tfaip.scripts.inputbenchmark.reading import Reader, create_reader, no_sample
from tfaip.scripts.inputbenchmark.results import InputResults
from tfaip.util.multiprocessing.vitals import resident_memory

if TYPE_CHECKING:
    from tfaip.data.pipeline.datapipeline import DataPipeline
    from tfaip.data.pipeline.timing.times import PipelineSums


class Measurement:
    """Reads a pipeline and keeps the results up to date.

    The clock starts with the first batch: starting worker processes is not what limits a training. That batch does not
    count.

    Args:
        pipeline: The pipeline; must not run yet.
        wanted_rate: The samples per second that the training takes, None if that is not known.

    Attributes:
        results: The results so far.
        first_batch_after: The seconds until the first batch, None before.
    """

    def __init__(self, pipeline: "DataPipeline", wanted_rate: Optional[float] = None):
        pipeline.times.is_detailed = True
        self._pipeline = pipeline
        self._reader: Optional[Reader] = None
        self._before: Optional[PipelineSums] = None
        self._crossing_before = 0.0
        self.results = InputResults(wanted_rate=wanted_rate)
        self.first_batch_after: Optional[float] = None

    def run(self, time_limit: float, on_batches: Callable[["Measurement"], Any]) -> None:
        """Read until the limit.

        Args:
            time_limit: Seconds to measure, negative: no limit.
            on_batches: Called after the first batch, and whenever batches have come.

        Raises:
            UserError: There are no training data, or a sample cannot be read.
        """
        started = time.monotonic()
        with contextlib.closing(create_reader(self._pipeline)) as reader:
            self._reader = reader
            try:
                self._read(reader)
                self.first_batch_after = time.monotonic() - started
                self._before = self._pipeline.times.sums()
                self._crossing_before = reader.crossing_seconds or 0.0
                on_batches(self)
                self._measure(reader, time_limit, on_batches)
            finally:
                self.update()

    def update(self) -> None:
        """Bring all results up to date, not only the counts."""
        results, pipeline = self.results, self._pipeline
        results.memory = resident_memory()
        results.memory_of_workers = pipeline.data.worker_pools.memory or results.memory_of_workers
        results.skipped_samples = len(pipeline.skipped_samples)
        if self._before is None or self._reader is None:
            return
        seconds = self._reader.crossing_seconds
        results.figures = figures(
            pipeline.times.sums().since(self._before),
            None if seconds is None else seconds - self._crossing_before,
            int(results.n_samples),
            _number_of_cores(),
        )

    def _measure(self, reader: Reader, time_limit: float, on_batches: Callable[["Measurement"], Any]) -> None:
        last = time.monotonic()
        while time_limit < 0 or self.results.total_time < time_limit:
            sizes = self._read(reader)
            now = time.monotonic()
            for size in sizes:
                self.results.finish_batch(size, (now - last) / len(sizes))
            last = now
            on_batches(self)

    def _read(self, reader: Reader) -> list[int]:
        try:
            return reader.read()
        except StopIteration:
            raise no_sample(self._pipeline) from None


def _number_of_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
