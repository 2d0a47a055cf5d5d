# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A pool of workers delivers every result once and in order, whatever happens to its workers."""

import contextlib
import ctypes
import gc
import os
import random
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import forkserver
from pathlib import Path

import numpy as np
import pytest

from test.data.deadline import in_time
from tfaip.util.multiprocessing import context, context_without_server
from tfaip.util.multiprocessing.failure import TaskFailure, WorkerError
from tfaip.util.multiprocessing.transport.channel import ArrayChannel
from tfaip.util.multiprocessing.workerpool import WorkerPool, dump_for_workers
from tfaip.util.multiprocessing.workerpools import WorkerPools
from tfaip.util.multiprocessing.workerprocess import report_part

DEADLINE = 60  # seconds until an event must have come


def work(task):
    """Do what a task says: kill this process, leave it, crash, raise, allocate, or double the value."""
    if isinstance(task, np.ndarray):
        return {"doubled": task * 2, "same": task}
    command, value = task if isinstance(task, tuple) else ("double", task)
    if command == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if command == "kill once" and not os.path.exists(value):
        open(value, "x").close()
        os.kill(os.getpid(), signal.SIGKILL)
    if command == "exit once" and not os.path.exists(value):
        open(value, "x").close()
        os._exit(5)
    if command == "exit":
        os._exit(value)
    if command == "crash":
        ctypes.string_at(0)
    if command == "raise":
        raise LookupError(value)
    if command == "grow":
        HOARD.append(np.ones(value, np.uint8))
        return os.getpid()
    if command == "pid":
        return os.getpid()
    if command == "large":
        time.sleep(0.02)
        return np.ones(value, np.uint8)
    if command == "slow":
        time.sleep(0.002)
    return value if isinstance(value, str) else value * 2


HOARD = []


class PartsWorker:
    """Works on the parts of a task, a list of numbers; a negative number kills."""

    takes_known_failures = True

    def __call__(self, task, known_failures=None):
        results = []
        for part, value in enumerate(task):
            report_part(part)
            if known_failures and part in known_failures:
                results.append(type(known_failures[part]).__name__)
                continue
            if value < 0:
                os._exit(3)
            results.append(value + 1)
        return results


def create_work():
    return work


def create_parts_worker():
    return PartsWorker()


@pytest.fixture
def create_pool():
    pools = []

    def create(num_processes=2, function=create_work, **kwargs):
        pools.append(WorkerPool(dump_for_workers(function, "work"), num_processes, **kwargs))
        return pools[-1]

    yield create
    for pool in pools:
        pool.close()


def shared_memory_of(process):
    n_blocks = 0
    for file in Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # it was just closed
            n_blocks += file.stat().st_blocks if "memfd:tfaip" in os.readlink(file) else 0
    return 512 * n_blocks


def results_of(pool, tasks):
    return [result for _, result in pool.map(tasks)]


@pytest.mark.parametrize("shape", [(3,), (1000,), (0, 5), (300, 400), (2, 1000, 1000)])
@pytest.mark.parametrize("dtype", ["float32", "uint8", "bool", "complex128"])
def test_arrays_arrive_unchanged_and_can_be_written(create_pool, shape, dtype):
    arrays = [np.random.default_rng(seed).integers(0, 2, shape).astype(dtype) for seed in range(4)]
    for array, result in zip(arrays, results_of(create_pool(), arrays), strict=True):
        np.testing.assert_array_equal(result["same"], array)
        np.testing.assert_array_equal(result["doubled"], array * 2)
        result["same"][...] = 0


def test_results_that_are_kept_are_not_overwritten_by_later_ones(create_pool):
    arrays = [np.full(5000, i) for i in range(300)]
    pool = create_pool()
    first = results_of(pool, arrays)
    results_of(pool, [array + 1000 for array in arrays])
    pool.close()
    assert all((result["same"] == i).all() for i, result in enumerate(first))


def test_shared_memory_is_used_again_when_results_are_gone(create_pool):
    pool = create_pool(1)
    for _ in pool.map(np.full(1 << 20, i, np.uint8) for i in range(100)):
        gc.collect(0)
    (worker,) = pool._workers
    assert worker.channel._regions._allocator.reserved < 20 << 20


@pytest.mark.parametrize(("task", "cause"), [(("kill", 0), "signal 9"), (("exit", 7), "code 7"), (("crash", 0), "11")])
def test_a_task_that_kills_two_workers_fails_and_the_others_are_done(create_pool, task, cause):
    results = results_of(create_pool(), [1, 2, task, *range(3, 50)])
    failure = results.pop(2)
    assert isinstance(failure, TaskFailure)
    assert isinstance(failure.error, WorkerError)
    assert cause in failure.message
    assert results == [2, 4, *(2 * i for i in range(3, 50))]


def test_a_task_whose_worker_is_killed_once_is_done_by_another(create_pool, tmp_path):
    marker = str(tmp_path / "killed")
    assert results_of(create_pool(), [1, ("kill once", marker), 3]) == [2, marker, 6]


def test_the_part_of_a_task_that_kills_is_found(create_pool):
    tasks = [[1, 2, 3], [4, -1, 5, -2], [6]]
    results = results_of(create_pool(function=create_parts_worker), tasks)
    assert results == [[2, 3, 4], [5, "TaskFailure", 6, "TaskFailure"], [7]]


@pytest.mark.parametrize("num_processes", [1, 3])
def test_random_kills_lose_and_repeat_nothing(create_pool, num_processes):
    pool = create_pool(num_processes)
    generator = random.Random(1)
    results = []
    for _, result in pool.map(("slow", i) for i in range(2500)):
        results.append(result)
        if len(results) % 300 == 0:
            os.kill(generator.choice(pool.processes).pid, signal.SIGKILL)
    # a task may have been hit twice by chance, which is told as a failure of this very task
    assert len(results) == 2500
    wrong = [(i, r) for i, r in enumerate(results) if not isinstance(r, TaskFailure) and r != 2 * i]
    assert wrong == []
    assert sum(isinstance(result, TaskFailure) for result in results) <= 2


def test_an_error_of_the_source_comes_after_the_results_of_what_it_gave_before(create_pool):
    def source():
        yield from range(10)
        raise KeyError("source")

    results = []
    with pytest.raises(KeyError, match="source"):
        for _, result in create_pool().map(source()):
            results.append(result)
    assert results == [2 * i for i in range(10)]


def test_a_slow_source_does_not_keep_results_back(create_pool):
    pool = create_pool(1)
    results_of(pool, range(1000))  # now many tasks travel together
    gate = threading.Semaphore(256)  # what a full chunk takes

    def source():
        for i in range(10_000):
            assert gate.acquire(timeout=DEADLINE)
            time.sleep(0.001)
            yield i

    stream = pool.map(source())
    for i in range(100):
        assert next(stream)[1] == 2 * i
    stream.close()


def test_an_exception_comes_with_its_type(create_pool):
    (failure,) = results_of(create_pool(1), [("raise", "nothing")])
    assert isinstance(failure.error, LookupError)
    assert "in work" in failure.location


def test_a_worker_whose_memory_grows_is_replaced(create_pool):
    pool = create_pool(1, max_growth=100 << 20)
    pids = []
    deadline = time.monotonic() + DEADLINE
    while len(set(pids)) < 2 and time.monotonic() < deadline:
        pids += results_of(pool, [("grow", 30 << 20)] * 3)
        time.sleep(0.5)
    assert len(set(pids)) >= 2


def test_a_worker_is_not_replaced_by_count_unless_asked(create_pool):
    assert len(set(results_of(create_pool(1), [("pid", i) for i in range(600)]))) == 1
    assert len(set(results_of(create_pool(1, max_tasks_per_process=200), [("pid", i) for i in range(600)]))) > 1


def test_the_bytes_under_way_are_bounded(create_pool):
    started = []

    def tasks():
        for i in range(60):
            started.append(i)
            yield np.full(1 << 20, i, np.uint8)

    pool = create_pool(2, max_bytes=6 << 20)
    ahead = [len(started) - done for done, _ in enumerate(pool.map(tasks()))]
    assert max(ahead[10:]) <= 8
    assert len(ahead) == 60


def test_nothing_is_left_in_the_file_system_and_no_file_stays_open(create_pool):
    def state():
        gc.collect()
        return set(os.listdir("/dev/shm")), len(os.listdir("/proc/self/fd"))

    results_of(create_pool(), [np.ones(10_000)])  # starts the fork server
    create_pool().close()
    gc.collect()
    before = state()
    for _ in range(3):
        pool = create_pool(2)
        results_of(pool, [np.ones(10_000), ("kill", 0), 3])
        pool.close()
        del pool
    deadline = time.monotonic() + DEADLINE
    while not state()[0] <= before[0] and time.monotonic() < deadline:
        time.sleep(0.1)  # what other programs make here goes with them
    shm, n_files = state()
    assert shm <= before[0]
    assert n_files <= before[1] + 2


def test_results_that_are_suddenly_large_are_bounded_soon(create_pool):
    pool = create_pool(2, max_bytes=4 << 20)
    tasks = [*range(2000), *(("large", 1 << 20) for _ in range(300))]
    n_small = n_large = 0
    for _, result in pool.map(tasks):
        if isinstance(result, np.ndarray):
            n_large += 1
            assert result.nbytes == 1 << 20
        else:
            assert result == 2 * n_small
            n_small += 1
    assert (n_small, n_large) == (2000, 300)
    assert sum(map(shared_memory_of, pool.processes)) < 80 << 20


@pytest.mark.slow
def test_shared_memory_of_a_burst_is_given_back_while_the_stream_goes_on(create_pool):
    pool, deadline = create_pool(1), time.monotonic() + DEADLINE

    def tasks():
        yield from [np.full(1 << 20, i, np.uint8) for i in range(60)]
        while time.monotonic() < deadline:
            time.sleep(0.01)
            yield 1

    most, kept = 0, []
    with contextlib.closing(pool.map(tasks())) as results:
        for task, result in results:
            if isinstance(task, np.ndarray):
                kept.append(result)
                continue
            kept.clear()
            now = sum(map(shared_memory_of, pool.processes))
            most = max(most, now)
            if now < 40 << 20:
                break
    assert most > 100 << 20
    assert now < 40 << 20, "it stays"


def test_workers_that_wait_for_the_next_stream_give_shared_memory_back(create_pool):
    pools, deadline = WorkerPools(), time.monotonic() + DEADLINE
    tasks = [np.full(1 << 20, i, np.uint8) for i in range(60)]
    with pools.lease("large", lambda: create_pool(2)) as pool:
        results = results_of(pool, tasks)
        most = sum(map(shared_memory_of, pool.processes))
        assert most > 60 << 20
        results.clear()
    while sum(map(shared_memory_of, pool.processes)) > most / 2:
        assert time.monotonic() < deadline, "it stays"
        time.sleep(0.05)
    with pools.lease("large", create_pool) as again:
        assert again is pool
        assert results_of(pool, [1, 2]) == [2, 4]
    pools.close()


def test_a_stream_ends_when_its_pool_is_closed_by_another_thread(create_pool):
    pool = create_pool(2)
    stream = pool.map(("slow", i) for i in range(1_000_000))
    next(stream)
    closer = threading.Timer(0.5, pool.close)
    closer.start()
    with pytest.raises(WorkerError, match="ended before"):
        for _ in stream:
            pass
    closer.join()
    assert pool.processes == []


def test_a_stream_that_is_kept_ends_when_its_pool_was_closed(create_pool):
    pool = create_pool(2)
    stream = pool.map(range(100_000))
    next(stream)
    pool.close()
    error = in_time(lambda: list(stream))
    assert isinstance(error, WorkerError)
    assert "ended before" in str(error)


@pytest.mark.slow
def test_workers_start_where_addresses_are_rationed():
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
        "import numpy as np\n"
        "from test.util.multiprocessing.test_workerpool import create_work, WorkerPool, dump_for_workers\n"
        "pool = WorkerPool(dump_for_workers(create_work, 'work'), 4)\n"
        "print(sum(result['doubled'].sum() for _, result in pool.map(np.ones(1 << 20) for _ in range(20))))\n"
        "print(len(bytearray(2 << 30)))\n"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # each of its threads takes addresses, too
    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=DEADLINE, env=environment
    )
    assert output.stdout.split() == [str(40.0 * (1 << 20)), str(2 << 30)], output.stderr


def test_a_start_that_fails_leaves_no_file_open(create_pool, monkeypatch):
    def fail(process):
        raise EOFError

    results_of(create_pool(1), [1])  # starts the fork server
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    for method in (context(), context_without_server()):
        monkeypatch.setattr(method.Process, "start", fail)
    for _ in range(3):
        with pytest.raises(WorkerError, match="cannot be started"):
            results_of(create_pool(2), [1])
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before


def test_work_goes_on_when_the_fork_server_is_killed(create_pool):
    results = []
    for task, result in create_pool(2).map(("slow", i) for i in range(600)):
        if task[1] == 200:
            os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
        results.append(result)
    assert results == [2 * i for i in range(600)]


def test_workers_start_where_the_fork_server_has_no_place_for_its_socket(tmp_path):
    folder = tmp_path / ("x" * 120)  # addresses of sockets are short
    folder.mkdir()
    program = (
        "from test.util.multiprocessing.test_workerpool import create_work, WorkerPool, dump_for_workers\n"
        "pool = WorkerPool(dump_for_workers(create_work, 'work'), 2)\n"
        "print(sum(result for _, result in pool.map(range(100))))\n"
    )
    environment = {**os.environ, "TMPDIR": str(folder)}
    output = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=DEADLINE, env=environment
    )
    assert output.stdout == "9900\n", output.stderr
    assert output.stderr.count("TMPDIR") == 1
    assert not list(folder.iterdir())


def test_what_a_worker_said_before_it_died_counts_if_it_is_missed_when_it_gets_more(create_pool, monkeypatch, tmp_path):
    send, sent = ArrayChannel.send, []

    def send_to_the_dead(self, message):
        sent.append(message)
        if len(sent) == 2:
            in_time(lambda: wait_for_end(self.connection), DEADLINE)
        send(self, message)

    def wait_for_end(connection):
        # nothing is read: only writing tells that it is gone
        while not (tmp_path / "left").exists():
            time.sleep(0.01)
        with contextlib.suppress(OSError):
            while True:
                connection.send_bytes(b"")
                time.sleep(0.01)

    monkeypatch.setattr(ArrayChannel, "send", send_to_the_dead)
    tasks = [("exit once", str(tmp_path / "left")), *[("slow", number) for number in range(40)]]
    # an exit without a signal while a worker starts would be an error
    assert results_of(create_pool(1), tasks)[1:] == [2 * number for number in range(40)]
    assert len(sent) > 2
