# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How much of its time a training waits for data."""

import os
from typing import Optional, Protocol

from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.util.logging import logger

SECONDS_TO_BE_SURE = 20.0  # of steps
MUCH = 0.2

log = logger(__name__)


class KnowsWait(Protocol):
    """Knows how long it has waited."""

    @property
    def seconds_waited(self) -> Optional[float]:
        """How long the steps have waited for batches; None if that is not known."""


class DataWait:
    """Measures the share of an epoch in which its steps wait for data, and warns once if it is large.

    Args:
        feed: Runs the steps.
        pipeline: Gives the data.
        scenario: How programs are told the scenario, for the warning.
    """

    def __init__(self, feed: KnowsWait, pipeline: DataPipeline, scenario: str):
        self._feed = feed
        self._pipeline = pipeline
        self._scenario = scenario
        self._epoch = _Span(feed, pipeline)
        self._window = _Span(feed, pipeline)
        self._has_begun = False
        self._has_warned = False

    @property
    def share(self) -> Optional[float]:
        """The share of the epoch so far, between 0 and 1; None if it is not known."""
        return self._epoch.share

    @property
    def n_skipped(self) -> int:
        """How many samples were left out because a processor failed on them."""
        return len(self._pipeline.skipped_samples)

    def begin_epoch(self) -> None:
        """Begin to measure anew."""
        self._epoch = _Span(self._feed, self._pipeline)

    def add(self, seconds: float) -> None:
        """Take note of steps.

        Args:
            seconds: What they took, waiting included.
        """
        if not self._has_begun:  # the graph was built and the workers were started
            self._has_begun = True
            self.begin_epoch()
            self._window = _Span(self._feed, self._pipeline)
            return
        self._epoch.seconds += seconds
        self._window.seconds += seconds
        if self._window.seconds >= SECONDS_TO_BE_SURE and not self._has_warned:
            self._warn_if_much()
            self._window = _Span(self._feed, self._pipeline)

    def _warn_if_much(self) -> None:
        share = self._window.share
        if share is None or share < MUCH:
            return
        self._has_warned = True
        log.warning(
            "The training waits %.0f %% of its time for data: %s. What binds tells: tfaip-benchmark-input-pipeline %s, "
            "with the flags of the training.",
            100 * share,
            self._cause(),
            self._scenario,
        )

    def _cause(self) -> str:
        n = self._pipeline.times.n_processes
        if n == 0:
            return "its generator and processors run in the main process (see --train.num_processes and run_parallel)"
        if not self._window.waits_for_workers:
            return f"the main process binds, more than {n} worker processes would not help"
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return (
            f"its worker processes are too few or too slow, raise --train.num_processes (now {n}, with {cores} cores)"
        )


class _Span:
    """Some steps one after the other."""

    def __init__(self, feed: KnowsWait, pipeline: DataPipeline):
        self._feed = feed
        self._pipeline = pipeline
        self._waited = feed.seconds_waited or 0.0
        self._waited_for_workers = pipeline.times.seconds_waited_for_workers
        self.seconds = 0.0

    @property
    def share(self) -> Optional[float]:
        waited = self._feed.seconds_waited
        if waited is None or self.seconds <= 0:
            return None
        return min(1.0, (waited - self._waited) / self.seconds)

    @property
    def waits_for_workers(self) -> bool:
        """Whether the preparation of the data, too, waits most of the time."""
        waited = (self._feed.seconds_waited or 0.0) - self._waited
        return self._pipeline.times.seconds_waited_for_workers - self._waited_for_workers > 0.5 * waited
