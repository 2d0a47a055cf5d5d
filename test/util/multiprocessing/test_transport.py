# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Arrays between two processes; here both ends of the connection are in one."""

import gc
import os
from multiprocessing import Pipe

import numpy as np
import pytest

from tfaip.util.multiprocessing.transport.arena import SECONDS_UNUSED, Arena, ArenaAllocator
from tfaip.util.multiprocessing.transport.channel import ArrayChannel, pack


class Ends:
    """Two connected channels."""

    def __init__(self):
        self.connections = Pipe()
        (first_fd, first_size), (second_fd, second_size) = self.files = [Arena.create_file() for _ in range(2)]
        arenas = Arena(first_fd, first_size), Arena(second_fd, second_size)
        self.allocator = ArenaAllocator(first_fd, first_size)
        other = ArenaAllocator(second_fd, second_size)
        self.one = ArrayChannel(self.connections[0], arenas[0], self.allocator, arenas[1])
        self.two = ArrayChannel(self.connections[1], arenas[1], other, arenas[0])

    def move(self, value):
        """Send from the first end to the second."""
        self.one.send(pack(value))
        return self.two.decode(self.two.receive_bytes())[0]

    def answer(self):
        """Send a message back, with which the first end hears what the second one does not need any more."""
        gc.collect()
        self.two.send(pack(None))
        self.one.decode(self.one.receive_bytes())
        self.one.send(pack(None))
        self.two.decode(self.two.receive_bytes())

    def create(self, n):
        """Return an array of bytes in the shared memory of the first end."""
        return np.frombuffer(self.one.allocate(n), np.uint8, n)


@pytest.fixture
def ends():
    ends = Ends()
    yield ends
    for connection in ends.connections:
        connection.close()
    for fd, _ in ends.files:
        os.close(fd)


def test_array_that_lies_in_shared_memory_is_not_copied(ends):
    array = ends.create(5000)
    array[:] = 7
    used = ends.one.bytes_under_way
    received = ends.move({"a": array, "b": array[1000:4000].reshape(30, 100)})
    assert ends.one.bytes_under_way == used
    assert received["b"].shape == (30, 100)
    array[1000] = 8  # allowed to nobody else: it shows that the memory is the same
    assert (received["a"][1000], received["b"][0, 0]) == (8, 8)


def test_shared_memory_is_free_when_neither_end_uses_it(ends):
    array = ends.create(5000)
    received = ends.move(array)
    del received
    ends.answer()
    assert ends.one.bytes_under_way > 0
    del array
    ends.answer()
    assert ends.one.bytes_under_way == 0


def test_shared_memory_stays_while_the_other_end_uses_it(ends):
    array = ends.create(5000)
    array[:] = 3
    received = [ends.move(array), ends.move(array)]
    del array
    ends.answer()
    other = ends.create(5000)
    other[:] = 4
    assert all((copy == 3).all() for copy in received)
    received.pop()
    ends.answer()
    assert (received[0] == 3).all()
    received.pop()
    del other
    ends.answer()
    assert ends.one.bytes_under_way == 0


def bytes_in_use(ends):
    return os.fstat(ends.files[0][0]).st_blocks * 512


def burst(ends, n, size):
    received = [ends.move(np.full(size, i, np.uint8)) for i in range(n)]
    assert [int(array.sum()) for array in received] == [i * size for i in range(n)]
    return received


@pytest.mark.slow
def test_shared_memory_of_a_burst_is_given_back(ends, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("tfaip.util.multiprocessing.transport.regions.time.monotonic", lambda: clock[0])
    kept = burst(ends, 1, 1 << 20)
    for _ in range(2):
        del kept[1:]
        received = burst(ends, 40, 1 << 20)
        assert bytes_in_use(ends) > 40 << 20
        ends.answer()
        kept += received[5:8]  # in the middle: what lies before stays
        del received
        ends.answer()
        assert bytes_in_use(ends) > 40 << 20
        for _ in range(3):
            clock[0] += SECONDS_UNUSED
            ends.answer()
        assert bytes_in_use(ends) < 14 << 20
        assert [int(array[0]) for array in kept] == [0, 5, 6, 7]


@pytest.mark.slow
def test_shared_memory_that_is_used_again_and_again_stays(ends, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("tfaip.util.multiprocessing.transport.regions.time.monotonic", lambda: clock[0])
    for _ in range(10):
        burst(ends, 20, 1 << 20)
        ends.answer()
        clock[0] += SECONDS_UNUSED
        assert ends.allocator.reserved >= 20 << 20


def test_shared_memory_that_is_not_in_use_is_given_back_before_a_rest(ends):
    kept = burst(ends, 40, 1 << 20)[:2]
    ends.answer()
    ends.one.rest()
    assert bytes_in_use(ends) < 5 << 20
    assert [int(array[0]) for array in [*kept, *burst(ends, 3, 1 << 20)]] == [0, 1, 0, 1, 2]


def test_array_that_is_never_sent_gives_its_memory_back(ends):
    for _ in range(1000):
        ends.create(1 << 20)
    assert ends.allocator.reserved < 10 << 20


def test_arrays_in_and_outside_of_shared_memory_travel_together(ends):
    inside, outside = ends.create(3000), np.arange(4000)
    inside[:] = 5
    received = ends.move([outside, inside, outside * 2, b"small", np.arange(3)])
    np.testing.assert_array_equal(received[0], outside)
    np.testing.assert_array_equal(received[1], inside)
    np.testing.assert_array_equal(received[2], outside * 2)
    assert received[3] == b"small"
    assert received[4].tolist() == [0, 1, 2]


def test_arrays_still_travel_when_shared_memory_is_full(ends):
    ends.allocator._starts, ends.allocator._ends = [], []
    assert ends.one.allocate(5000) is None
    array = np.arange(2000)
    np.testing.assert_array_equal(ends.move(array), array)
