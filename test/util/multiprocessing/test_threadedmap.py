# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Results of threads come in order, no faster than they are taken."""

import threading
import time

import pytest

from tfaip.util.multiprocessing.threadedmap import threaded_map

DEADLINE = 30


@pytest.mark.parametrize("n_threads", [0, 1, 8])
def test_results_come_in_the_order_of_the_items(n_threads):
    def late_if_even(number):
        time.sleep(0.01 if number % 2 == 0 else 0)
        return number

    assert list(threaded_map(late_if_even, range(30), n_threads)) == list(range(30))
    assert list(threaded_map(late_if_even, [], n_threads)) == []


def test_threads_wait_at_the_same_time():
    barrier = threading.Barrier(4, timeout=DEADLINE)
    assert len(list(threaded_map(lambda _: barrier.wait(), range(8), 4))) == 8


@pytest.mark.parametrize("n_threads", [0, 3])
def test_an_exception_comes_in_the_place_of_its_result(n_threads):
    results = threaded_map(lambda number: 6 // (number - 3), range(9), n_threads)
    assert [next(results) for _ in range(3)] == [-2, -3, -6]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert list(results) == []


def test_only_so_many_items_are_read_ahead():
    taken = []

    def source():
        for number in range(100):
            taken.append(number)
            yield number

    results = threaded_map(str, source(), 2, n_ahead=5)
    assert [next(results) for _ in range(3)] == ["0", "1", "2"]
    assert len(taken) == 5 + 3
    results.close()
    assert len(taken) == 5 + 3


def test_closing_does_not_wait_for_calls_that_have_begun():
    begun, release = threading.Event(), threading.Event()

    def wait(number):
        if number:
            begun.set()
            release.wait(DEADLINE)
        return number

    results = threaded_map(wait, range(9), 2)
    assert next(results) == 0
    assert begun.wait(DEADLINE)
    results.close()  # returns although no call has ended
    assert not release.is_set()
    release.set()
