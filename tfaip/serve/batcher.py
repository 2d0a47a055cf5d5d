# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Dynamic batching: samples of different requests go through the model together."""

import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Tuple

from tfaip.data.pipeline.definitions import Sample
from tfaip.serve.steps import Prepared

Predict = Callable[[Sequence[Prepared]], List[Sample]]
Shapes = Tuple[Tuple[int, ...], ...]
# number of samples, seconds of the model, seconds that the oldest one waited
OnBatch = Callable[[int, float, float], None]


@dataclass(eq=False)
class _Job:
    sample: Prepared
    future: "Future[Sample]" = field(default_factory=Future)
    arrived: float = field(default_factory=time.monotonic)


def size_of(shapes: Shapes) -> int:
    """Return the number of elements in arrays of these shapes."""
    return sum(map(math.prod, shapes))


def within_padding(jobs: Sequence[_Job], most: int, max_padding: float) -> List[_Job]:
    """Return as many of the jobs, beginning with the first, as a batch may hold with little padding.

    Args:
        jobs: The jobs.
        most: The most jobs of a batch.
        max_padding: The most that padding may add, as a share of what the samples have.
    """
    taken: List[_Job] = []
    largest, total = jobs[0].sample.shapes, 0
    for job in jobs:
        shapes = job.sample.shapes
        common = tuple(tuple(map(max, one, other)) for one, other in zip(largest, shapes, strict=True))
        size = total + size_of(shapes)
        # without elements there is nothing to compare, and infinitely much of nothing is no number
        if not taken or math.isinf(max_padding) or size_of(common) * (len(taken) + 1) <= size * (1 + max_padding):
            taken.append(job)
            largest, total = common, size
        if len(taken) == most:
            break
    return taken


class DynamicBatcher:
    """Collects samples while the model is busy, and applies it to those that wait, in one thread.

    A sample that finds the model free waits for others only if the batch before had several samples, at most
    ``max_wait`` seconds, and until there are as many as then: one client after the other does not pay for what helps
    only many.

    If the model fails on a batch, its halves are tried, so that only the sample fails that is the cause.

    Args:
        predict: Applies the model to samples of one group.
        max_batch_size: The most samples of a batch.
        max_wait: The most seconds that a sample waits for others.
        max_padding: The most that padding may add to a batch, as a share of what its samples have.
        on_batch: Is told of each batch.
    """

    def __init__(
        self,
        predict: Predict,
        max_batch_size: int,
        max_wait: float,
        max_padding: float = math.inf,
        on_batch: OnBatch = lambda *values: None,
    ):
        self._predict = predict
        self._max_batch_size = max_batch_size
        self._max_wait = max_wait
        self._max_padding = max_padding
        self._on_batch = on_batch
        # in the order of their arrival
        self._jobs: Dict[Future[Sample], _Job] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._last_size = 1
        self._busy_since: Optional[float] = None
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)
        self._thread.start()

    def submit(self, sample: Prepared) -> "Future[Sample]":
        """Return the future of a sample's prediction. If it is cancelled in time, the model never sees the sample.

        Raises:
            RuntimeError: The batcher is closed.
        """
        job = _Job(sample)
        with self._changed:
            if self._closed:
                raise RuntimeError("The service ends.")
            self._jobs[job.future] = job
            self._changed.notify()
        # nobody has the future yet, so it is not cancelled before
        job.future.add_done_callback(self._forget)
        return job.future

    @property
    def n_waiting(self) -> int:
        """The number of samples that wait for the model."""
        return len(self._jobs)

    def busy_seconds(self) -> float:
        """Return how long the model has been at its present batch, infinity if nothing will be predicted any more."""
        if not self._thread.is_alive():
            return float("inf")
        since = self._busy_since
        return 0.0 if since is None else time.monotonic() - since

    def close(self, timeout: float) -> bool:
        """Predict what waits, and end.

        Args:
            timeout: Seconds to wait for that.

        Returns:
            Whether it has ended.
        """
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _forget(self, future: "Future[Sample]") -> None:
        """Let go of a sample that is cancelled while it waits: it takes no memory, and no place in a batch."""
        with self._changed:
            self._jobs.pop(future, None)

    def _run(self) -> None:
        while (jobs := self._next_jobs()) is not None:
            jobs = [job for job in jobs if job.future.set_running_or_notify_cancel()]
            if jobs:
                self._busy_since = time.monotonic()
                self._process(jobs)
                self._busy_since = None

    def _next_jobs(self) -> Optional[List[_Job]]:
        """Wait for samples and return those of the next batch, None if there will be no more."""
        with self._changed:
            while True:
                self._changed.wait_for(lambda: self._jobs or self._closed)
                if not self._jobs:
                    return None
                self._wait_for_others()
                # all may be cancelled meanwhile
                if self._jobs:
                    jobs = self._take_batch()
                    self._last_size = len(jobs)
                    return jobs

    def _wait_for_others(self) -> None:
        enough = min(self._last_size, self._max_batch_size)
        end = self._oldest().arrived + self._max_wait
        while len(self._jobs) < enough and not self._closed and (left := end - time.monotonic()) > 0:
            self._changed.wait(left)

    def _oldest(self) -> _Job:
        return next(iter(self._jobs.values()))

    def _take_batch(self) -> List[_Job]:
        """Take the oldest sample, and those nearest in size that can share its batch; the others keep their order."""
        oldest = self._oldest().sample
        group = [job for job in self._jobs.values() if job.sample.group == oldest.group]
        # the oldest is the nearest to itself, and sorting keeps the order of equals
        group.sort(key=lambda job: abs(size_of(job.sample.shapes) - size_of(oldest.shapes)))
        taken = set(within_padding(group, self._max_batch_size, self._max_padding))
        batch = [job for job in self._jobs.values() if job in taken]
        for job in batch:
            del self._jobs[job.future]
        return batch

    def _process(self, jobs: List[_Job]) -> None:
        start = time.monotonic()
        try:
            samples = self._predict([job.sample for job in jobs])
        except Exception as error:
            if len(jobs) == 1:
                jobs[0].future.set_exception(error)
            else:
                middle = len(jobs) // 2
                self._process(jobs[:middle])
                self._process(jobs[middle:])
            return
        end = time.monotonic()
        for job, sample in zip(jobs, samples, strict=True):
            job.future.set_result(sample)
        self._on_batch(len(jobs), end - start, start - jobs[0].arrived)
