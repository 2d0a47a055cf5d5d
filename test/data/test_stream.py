# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Batches that are prepared ahead of their use."""

import gc
import threading
import time
from dataclasses import dataclass

import numpy as np
import pytest
from paiargparse import pai_dataclass

from test.data.deadline import in_time
from test.data.processors import Numbers, NumbersParams
from test.data.tinydata import create_pipeline, xs
from tfaip.data.pipeline.batching import collator
from tfaip.data.pipeline.batching.grouping import grouped
from tfaip.data.pipeline.batching.stream import BatchStream
from tfaip.data.pipeline.definitions import PipelineMode

DEADLINE = 20


def source_of(batches, events=None):
    """Return a source of batches that notes what happens."""
    events = [] if events is None else events

    def source():
        try:
            for number, batch in enumerate(batches):
                events.append(number)
                yield ({"x": batch},), number + 1
        finally:
            events.append("closed")

    return source


def numbers(n, size=1):
    return (np.full([size], i) for i in range(n))


def wait_for(condition):
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def values(stream):
    return [int(batch[0]["x"][0]) for batch in stream]


@pytest.mark.parametrize("ahead", [0, 1, 7, 100])
def test_batches_come_in_order_whatever_is_prepared_ahead(ahead):
    with BatchStream(source_of(numbers(50)), ahead) as stream:
        assert values(stream) == list(range(50))
        assert next(stream, None) is None


@pytest.mark.parametrize("ahead", [0, 3])
def test_position_is_that_behind_the_last_batch_that_was_read(ahead):
    with BatchStream(source_of(numbers(50)), ahead) as stream:
        assert stream.position is None
        assert [(next(stream), stream.position)[1] for _ in range(10)] == list(range(1, 11))


@pytest.mark.parametrize("ahead", [0, 3])
def test_error_of_the_source_comes_after_the_batches_before_it(ahead):
    def failing():
        yield from numbers(5)
        raise KeyError("broken")

    with BatchStream(source_of(failing()), ahead) as stream:
        assert [int(next(stream)[0]["x"][0]) for _ in range(5)] == list(range(5))
        with pytest.raises(KeyError, match="broken"):
            next(stream)
        with pytest.raises(StopIteration):
            next(stream)


def test_no_more_batches_are_prepared_than_allowed():
    events = []
    with BatchStream(source_of(numbers(100), events), 4) as stream:
        wait_for(lambda: len(events) == 5)  # the fifth waits for room
        time.sleep(0.1)
        assert len(events) == 5
        next(stream)
        wait_for(lambda: len(events) == 6)


def test_no_more_bytes_are_prepared_than_allowed_but_one_batch_always_passes():
    events = []
    large = (np.zeros(1000, np.uint8) for _ in range(20))
    with BatchStream(source_of(large, events), 100, max_bytes=2500) as stream:
        wait_for(lambda: len(events) == 3)
        time.sleep(0.1)
        assert len(events) == 3
        assert len(list(stream)) == 20
    with BatchStream(source_of(numbers(5, 1000)), 100, max_bytes=10) as stream:
        assert values(stream) == list(range(5))


def test_closing_ends_thread_and_source_even_if_the_buffer_is_full():
    events = []
    with BatchStream(source_of(numbers(100), events), 2) as stream:
        next(stream)
    wait_for(lambda: events[-1] == "closed")
    wait_for(lambda: not any(thread.name == "batches" for thread in threading.enumerate()))


def test_stream_that_nobody_refers_to_ends():
    events = []
    stream = BatchStream(source_of(numbers(100), events), 2)
    next(stream)
    del stream
    gc.collect()
    wait_for(lambda: events[-1] == "closed")


def test_reader_that_waits_is_woken_by_the_next_batch_and_its_time_is_counted():
    goes_on = threading.Event()

    def slow():
        yield np.zeros(1)
        goes_on.wait(DEADLINE)
        yield np.ones(1)

    with BatchStream(source_of(slow()), 4) as stream:
        next(stream)
        threading.Timer(0.2, goes_on.set).start()
        assert next(stream)[0]["x"][0] == 1
        assert stream.seconds_waited > 0.1


def test_only_batches_of_equal_shapes_are_taken_at_once():
    sizes = [1, 1, 2, 2, 2, 1]
    events = []
    with BatchStream(source_of((np.zeros(size) for size in sizes), events), 100) as stream:
        wait_for(lambda: events and events[-1] == "closed")
        assert [len(stream.take(10, 1 << 20)) for _ in range(3)] == [2, 3, 1]
    with BatchStream(source_of(numbers(9), events := []), 100) as stream:
        wait_for(lambda: events and events[-1] == "closed")
        assert [len(stream.take(4, 1 << 20)), len(stream.take(9, 3 * 8)), len(stream.take(9))] == [4, 3, 1]


@pytest.mark.parametrize("ahead", [0, 100])
def test_groups_hold_all_batches_in_order_and_an_error_comes_last(ahead):
    def batches():
        for i in range(40):
            yield np.full([1 if i % 5 else 2], i)
        raise ValueError("end")

    seen = []
    with BatchStream(source_of(batches()), ahead) as stream, pytest.raises(ValueError, match="end"):
        for group in grouped(stream):
            seen += group[0]["x"][:, 0].tolist()
    assert seen == list(range(40))


@pytest.mark.parametrize("in_this_thread", [False, True])
def test_stream_of_a_pipeline_has_its_batches(in_this_thread):
    pipeline = create_pipeline(NumbersParams(n=10), batch_size=4)
    with pipeline.input_stream(in_this_thread=in_this_thread) as stream:
        assert xs(stream) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    with pipeline.input_stream(auto_repeat=True, parts=("targets",)) as stream:
        batches = [next(stream) for _ in range(5)]
        assert [set(batch[0]) for batch in batches] == [{"y"}] * 5
        assert all(len(batch) == 1 for batch in batches)


def test_meta_data_that_nobody_reads_are_not_even_made(monkeypatch):
    made = []
    original = collator.json.dumps
    monkeypatch.setattr(collator.json, "dumps", lambda *args, **kwargs: made.append(1) or original(*args, **kwargs))
    pipeline = create_pipeline(NumbersParams(n=10), batch_size=4)
    with pipeline.input_stream(parts=("inputs", "targets")) as stream:
        assert len(xs(stream)) == 3
    assert not made
    with pipeline.input_stream() as stream:
        assert len(xs(stream)) == 3
    assert len(made) == 10


def test_there_is_no_stream_of_no_data():
    assert create_pipeline(NumbersParams(n=0)).input_stream() is None


def test_prefetch_of_zero_prepares_nothing_ahead():
    pipeline = create_pipeline(NumbersParams(n=10), prefetch=0, mode=PipelineMode.TRAINING)
    before = threading.active_count()
    with pipeline.input_stream() as stream:
        next(stream)
        assert threading.active_count() == before


class WaitingForEver(Numbers):
    """After its samples it waits for more that never come."""

    def generate(self):
        yield from super().generate()
        threading.Event().wait()


@pai_dataclass
@dataclass
class WaitingForEverParams(NumbersParams):
    def cls(self):
        return WaitingForEver


@pytest.mark.parametrize("mode", [PipelineMode.TRAINING, PipelineMode.EVALUATION])
def test_a_dataset_ends_while_its_source_waits(mode):
    batches = iter(create_pipeline(WaitingForEverParams(n=20), mode=mode, batch_size=4).input_dataset())
    assert sum(len(next(batches)[0]["x"]) for _ in range(5)) == 20
    held = [batches]
    del batches

    def let_go():
        held.clear()
        gc.collect()
        return "ended"

    assert in_time(let_go) == "ended"


def test_a_stream_is_closed_while_its_source_waits():
    stream = create_pipeline(WaitingForEverParams(n=20), batch_size=4).input_stream()
    assert sum(len(next(stream)[0]["x"]) for _ in range(5)) == 20
    assert in_time(lambda: stream.close() or "closed") == "closed"
