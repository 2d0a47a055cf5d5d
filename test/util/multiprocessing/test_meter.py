# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A meter learns what a stream through workers takes: what they worked, and how long this process waited for them."""

import time

from tfaip.util.multiprocessing.meter import Meter
from tfaip.util.multiprocessing.stream.serving import StreamFunction
from tfaip.util.multiprocessing.stream.streamworker import StreamWorker
from tfaip.util.multiprocessing.workerpool import WorkerPool, dump_for_workers

SECONDS = 0.02
N = 50


class Sleeping:
    """Reports how many tasks it has done."""

    def __init__(self):
        self.count = 0

    def __call__(self, task):
        time.sleep(SECONDS)
        self.count += 1
        return task

    def report(self):
        count, self.count = self.count, 0
        return count


class SleepingStream(StreamFunction):
    def __init__(self):
        self.sleeping = Sleeping()

    def __call__(self, head, inputs, put):
        for task in inputs:
            put(self.sleeping(task))

    def undeliverable(self, output, failure):
        return failure

    def report(self):
        return self.sleeping.report()


class Counting(Meter):
    def __init__(self):
        super().__init__()
        self.count = 0

    def take_report(self, report):
        self.count += report


def read(results):
    """Return the results, and how long they took."""
    begin = time.perf_counter()
    return list(results), time.perf_counter() - begin


def test_a_pool_tells_what_its_workers_do_and_how_long_it_waits():
    meter = Counting()
    pool = WorkerPool(dump_for_workers(Sleeping, "work"), 2, name="work")
    try:
        results, seconds = read(pool.map(range(N), meter))
    finally:
        pool.close()
    assert len(results) == N
    assert meter.count == N
    assert meter.n_processes == 2
    assert meter.seconds_worked >= N * SECONDS
    assert 0 < meter.seconds_waited <= seconds


def test_a_stream_tells_what_its_worker_does_and_how_long_it_waits():
    meter = Counting()
    worker = StreamWorker(dump_for_workers(SleepingStream, "work"), name="work")
    try:
        results, seconds = read(worker.run(None, range(N), meter))
    finally:
        worker.close()
    assert results == list(range(N))
    assert meter.count == N
    assert meter.n_processes == 1
    assert meter.seconds_worked >= SECONDS  # what the last message took is not told
    assert 0 < meter.seconds_waited <= seconds


def test_streams_of_one_pool_are_told_apart():
    first, second = Counting(), Counting()
    pool = WorkerPool(dump_for_workers(Sleeping, "work"), 1, name="work")
    try:
        for meter, n in ((first, 3), (second, 5)):
            assert len(list(pool.map(range(n), meter))) == n
    finally:
        pool.close()
    assert (first.count, second.count) == (3, 5)
