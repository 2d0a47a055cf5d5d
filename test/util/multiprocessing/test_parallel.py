# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Functions are mapped in parallel, in order, and errors come back."""

import os
import time

import pytest

from tfaip.util.multiprocessing import context
from tfaip.util.multiprocessing.data.parallel_generator import ParallelGenerator
from tfaip.util.multiprocessing.data.worker import DataWorker
from tfaip.util.multiprocessing.failure import WorkerError
from tfaip.util.multiprocessing.join import Joinable, JoinableHolder
from tfaip.util.multiprocessing.parallelmap import parallel_map, tqdm_wrapper
from tfaip.util.multiprocessing.workerpool import WorkerPool, dump_for_workers
from tfaip.util.multiprocessing.workerpools import WorkerPools


def square(x):
    time.sleep(0.02 if x % 10 == 0 else 0)
    return x * x


def reciprocal(x):
    return 1 / x


def create_square():
    return square


def die(x):
    os._exit(4)


@pytest.mark.parametrize("settings", [{}, {"processes": 2}, {"processes": 3, "use_thread_pool": True}])
@pytest.mark.parametrize("n", [0, 1, 100])
def test_results_come_in_order(settings, n):
    assert parallel_map(square, range(n), desc="squares", **settings) == [x * x for x in range(n)]


@pytest.mark.parametrize("settings", [{}, {"processes": 2}, {"processes": 2, "use_thread_pool": True}])
def test_an_exception_keeps_its_type(settings):
    with pytest.raises(ZeroDivisionError):
        parallel_map(reciprocal, [1, 0, 2], **settings)


def test_a_dead_worker_and_a_function_that_cannot_travel_are_reported():
    with pytest.raises(WorkerError, match="exit code 4"):
        parallel_map(die, range(4), processes=2)
    with pytest.raises(WorkerError, match="cannot be sent"):
        parallel_map(lambda x: x, range(4), processes=2)


def test_the_progress_bar_shows_up_on_demand(capsys):
    assert list(tqdm_wrapper([1, 2], progress_bar=True, desc="counting", total=2)) == [1, 2]
    assert "counting" in capsys.readouterr().err
    assert parallel_map(square, [1, 2], progress_bar=True, desc="mapping") == [1, 4]
    assert "mapping" in capsys.readouterr().err
    items = [1]
    assert tqdm_wrapper(items) is items


class AddWorker(DataWorker):
    def initialize_thread(self):
        self.offset = 10

    def process(self, *args):
        if args == (7,):
            raise ValueError("seven")
        return sum(args) + self.offset


class Numbers(ParallelGenerator):
    def __init__(self, elements, **kwargs):
        super().__init__(**kwargs)
        self.elements = elements

    def create_worker_func(self):
        return AddWorker

    def generate_input(self):
        return self.elements


@pytest.mark.parametrize("run_parallel", [False, True])
def test_a_parallel_generator_yields_in_order(run_parallel):
    settings = {"processes": 2, "run_parallel": run_parallel}
    with Numbers([1, (2, 3), 4], **settings) as numbers:
        assert list(numbers) == [11, 15, 14]
    with Numbers([1, 2], limit=5, auto_repeat_input=True, **settings) as numbers:
        assert list(numbers) == [11, 12, 11, 12, 11]
    with pytest.raises(ValueError, match="seven"), Numbers([7], **settings) as numbers:
        list(numbers)


def test_pools_are_kept_for_the_next_one_with_the_same_key():
    pools = WorkerPools(max_idle=1)

    def create():
        return WorkerPool(dump_for_workers(create_square, "square"), 1)

    with pools.lease("a", create) as first:
        with pools.lease("a", create) as other:
            assert other is not first
    assert first.closed != other.closed  # one is kept
    with pools.lease("a", create) as again:
        assert again in (first, other)
        assert list(again.map([3])) == [(3, 9)]
        (process,) = again.processes
    pools.close()
    assert again.closed
    assert not process.is_alive()
    with pytest.raises(WorkerError, match="ended before"):
        next(again.map([1]))


class IdlePool:
    closed = False
    memory: list = []
    n_rests = 0

    def rest(self):
        self.n_rests += 1

    def close(self):
        self.closed = True


def test_the_pool_that_was_idle_for_the_longest_ends_first():
    pools, used = WorkerPools(max_idle=2), {}
    for key in ("a", "b", "a", "c"):
        with pools.lease(key, IdlePool) as pool:
            assert used.setdefault(key, pool) is pool
    assert [used[key].closed for key in "abc"] == [False, True, False]
    assert [used[key].n_rests for key in "abc"] == [2, 1, 1]


def test_all_pools_of_a_training_with_validation_are_kept():
    pools, created = WorkerPools(), []

    def create():
        created.append(IdlePool())
        return created[-1]

    for _ in range(3):
        for key in range(8):
            with pools.lease(key, create):
                pass
    assert len(created) == 8


def test_processes_are_never_forked():
    assert context().get_start_method() in ("spawn", "forkserver")


def test_a_holder_ends_what_it_holds():
    class Thing(Joinable):
        ended = False

        def join(self):
            self.ended = True

    holder, thing = JoinableHolder(), Thing()
    holder.register_joinable(thing)
    holder.join()
    assert thing.ended
