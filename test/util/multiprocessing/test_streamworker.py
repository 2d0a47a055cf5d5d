# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A worker that serves streams delivers each output once, whatever happens to it."""

import functools
import os
import signal
import time

import pytest

from test.data.deadline import in_time
from tfaip.util.multiprocessing.chunks import SECONDS_TO_READ
from tfaip.util.multiprocessing.stream.serving import StreamFunction
from tfaip.util.multiprocessing.stream.streamworker import StreamWorker
from tfaip.util.multiprocessing.workerstart import dump_for_workers

DEADLINE = 60  # seconds until an event must have come


class Doubling(StreamFunction):
    """Doubles numbers; writes a byte into a file for each one that it reads."""

    def __init__(self, filename):
        self.filename = filename

    def __call__(self, head, inputs, put):
        with open(self.filename, "ab", buffering=0) as file:
            for number in inputs:
                file.write(b".")
                put(2 * number)

    def undeliverable(self, output, failure):
        return failure


def create_doubling(filename):
    return Doubling(filename)


@pytest.fixture
def create_worker():
    workers = []

    def create(factory):
        workers.append(StreamWorker(dump_for_workers(factory, "work")))
        return workers[-1]

    yield create
    for worker in workers:
        worker.close()


def wait_until(condition):
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.01)


def test_a_worker_that_is_killed_while_it_waits_blames_no_input(create_worker, tmp_path):
    progress = tmp_path / "progress"
    worker = create_worker(functools.partial(create_doubling, str(progress)))

    def kill_waiting_worker():
        handle = worker.worker
        assert handle.n_tasks > 0
        wait_until(lambda: progress.exists() and progress.stat().st_size == handle.n_tasks)
        wait_until(lambda: handle.end.work_position()[0] == 0)
        progress.unlink()
        os.kill(handle.process.pid, signal.SIGKILL)
        wait_until(lambda: handle.process.exitcode is not None)
        time.sleep(2 * SECONDS_TO_READ)  # so that what was read until now is sent

    def source():
        for number in range(40):
            if number in (20, 21, 30):
                kill_waiting_worker()
            yield number

    assert in_time(lambda: list(worker.run(None, source()))) == [2 * number for number in range(40)]
