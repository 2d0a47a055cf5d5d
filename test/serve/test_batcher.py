# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of different requests go through the model together."""

import threading
import weakref

import pytest

pytest.importorskip("prometheus_client", reason="the extra serve is not installed")

from tfaip.serve.batcher import DynamicBatcher
from tfaip.serve.steps import Prepared

DEADLINE = 30


def sample(content, group=0, shape=()):
    return Prepared(content, None, group, (shape,))


class Content:
    """Something that can be watched while it is waiting."""


class Model:
    """Returns the contents. It waits while its gate is closed, and fails on a batch with something negative."""

    def __init__(self):
        self.gate = threading.Event()
        self.entered = threading.Semaphore(0)
        self.batches = []

    def __call__(self, samples):
        contents = [item.content for item in samples]
        self.batches.append(contents)
        self.entered.release()
        assert self.gate.wait(DEADLINE)
        if min(contents) < 0:
            raise ValueError(f"{min(contents)} is negative")
        return contents


@pytest.fixture
def model():
    return Model()


@pytest.fixture
def create(model):
    made = []

    def create_batcher(max_batch_size=4, max_wait=0.0, **kwargs):
        made.append(DynamicBatcher(model, max_batch_size, max_wait, **kwargs))
        return made[-1]

    yield create_batcher
    model.gate.set()
    assert all(batcher.close(DEADLINE) for batcher in made)


def submit_behind_a_first_one(batcher, model, samples):
    """Submit samples while the model is busy with another one, then let it go on."""
    first = batcher.submit(sample(0))
    assert model.entered.acquire(timeout=DEADLINE)
    futures = [batcher.submit(item) for item in samples]
    model.gate.set()
    assert first.result(DEADLINE) == 0
    return futures


def test_samples_that_arrive_while_the_model_works_share_a_batch_up_to_its_size(create, model):
    futures = submit_behind_a_first_one(create(), model, [sample(i) for i in range(1, 7)])
    assert [future.result(DEADLINE) for future in futures] == [1, 2, 3, 4, 5, 6]
    assert model.batches == [[0], [1, 2, 3, 4], [5, 6]]


def test_only_samples_of_a_group_share_a_batch_and_the_oldest_comes_first(create, model):
    samples = [sample(1, "a"), sample(2, "b"), sample(3, "a"), sample(4, "b")]
    futures = submit_behind_a_first_one(create(), model, samples)
    assert [future.result(DEADLINE) for future in futures] == [1, 2, 3, 4]
    assert model.batches == [[0], [1, 3], [2, 4]]


def test_of_many_samples_those_of_similar_sizes_share_a_batch_with_the_oldest(create, model):
    sizes = {1: 500, 2: 100, 3: 490, 4: 900, 5: 510}
    samples = [sample(i, shape=(size, 48)) for i, size in sizes.items()]
    futures = submit_behind_a_first_one(create(max_batch_size=3), model, samples)
    assert [future.result(DEADLINE) for future in futures] == [1, 2, 3, 4, 5]
    assert model.batches == [[0], [1, 3, 5], [2, 4]]


@pytest.mark.parametrize(
    ("max_padding", "batches"),
    [
        (0, [[1, 3], [2], [4], [5]]),
        (0.06, [[1, 3], [2, 4], [5]]),
        (0.6, [[1, 2, 3, 4], [5]]),
        (float("inf"), [[1, 2, 3, 4, 5]]),
    ],
)
def test_padding_stays_within_its_limit(create, model, max_padding, batches):
    shapes = [(2, 10), (4, 10), (2, 10), (4, 9), (99, 99)]
    samples = [sample(i + 1, shape=shape) for i, shape in enumerate(shapes)]
    futures = submit_behind_a_first_one(create(max_batch_size=9, max_padding=max_padding), model, samples)
    assert [future.result(DEADLINE) for future in futures] == [1, 2, 3, 4, 5]
    assert model.batches == [[0], *batches]


@pytest.mark.parametrize("max_padding", [0, 0.25, float("inf")])
def test_samples_without_elements_are_predicted_too(create, model, max_padding):
    shapes = [(0, 3), (2, 3), (0, 3)]
    samples = [sample(i + 1, shape=shape) for i, shape in enumerate(shapes)]
    futures = submit_behind_a_first_one(create(max_padding=max_padding), model, samples)
    assert [future.result(DEADLINE) for future in futures] == [1, 2, 3]


def test_only_the_sample_fails_that_the_model_fails_on(create, model):
    futures = submit_behind_a_first_one(create(), model, [sample(i) for i in (1, 2, -3, 4)])
    assert [futures[i].result(DEADLINE) for i in (0, 1, 3)] == [1, 2, 4]
    with pytest.raises(ValueError, match="-3"):
        futures[2].result(DEADLINE)
    assert create().submit(sample(5)).result(DEADLINE) == 5


def test_a_cancelled_sample_never_reaches_the_model(create, model):
    batcher = create()
    first = batcher.submit(sample(0))
    assert model.entered.acquire(timeout=DEADLINE)
    cancelled, other = batcher.submit(sample(1)), batcher.submit(sample(2))
    assert cancelled.cancel()
    model.gate.set()
    assert (first.result(DEADLINE), other.result(DEADLINE)) == (0, 2)
    assert model.batches == [[0], [2]]


def test_cancelled_samples_are_forgotten_at_once_and_take_no_places_in_batches(create, model):
    batcher = create(max_batch_size=2)
    batcher.submit(sample(0))
    assert model.entered.acquire(timeout=DEADLINE)
    content = Content()
    remaining = weakref.ref(content)
    futures = [batcher.submit(sample(content)) for _ in range(5)]
    del content
    others = [batcher.submit(sample(i)) for i in (1, 2)]
    assert all(future.cancel() for future in futures)
    assert batcher.n_waiting == 2
    assert remaining() is None
    model.gate.set()
    assert [other.result(DEADLINE) for other in others] == [1, 2]
    assert model.batches == [[0], [1, 2]]


def test_a_batch_whose_samples_are_all_cancelled_while_they_wait_for_others_is_none(create, model):
    batcher = create(max_wait=0.1)
    for future in submit_behind_a_first_one(batcher, model, [sample(1), sample(2)]):
        future.result(DEADLINE)
    assert batcher.submit(sample(3)).cancel()
    fourth, fifth = batcher.submit(sample(4)), batcher.submit(sample(5))
    assert (fourth.result(DEADLINE), fifth.result(DEADLINE)) == (4, 5)


def test_a_lone_sample_waits_for_nobody(create, model):
    model.gate.set()
    batcher = create(max_wait=1e6)
    assert [batcher.submit(sample(i)).result(DEADLINE) for i in range(3)] == [0, 1, 2]


def test_a_sample_waits_for_another_one_if_the_batch_before_had_several(create, model):
    batcher = create(max_wait=1e6)
    for future in submit_behind_a_first_one(batcher, model, [sample(1), sample(2)]):
        future.result(DEADLINE)
    third = batcher.submit(sample(3))
    fourth = batcher.submit(sample(4))
    assert (third.result(DEADLINE), fourth.result(DEADLINE)) == (3, 4)
    assert model.batches == [[0], [1, 2], [3, 4]]


def test_a_sample_does_not_wait_longer_than_it_is_allowed_to(create, model):
    batcher = create(max_wait=0.01)
    for future in submit_behind_a_first_one(batcher, model, [sample(1), sample(2)]):
        future.result(DEADLINE)
    assert batcher.submit(sample(3)).result(DEADLINE) == 3


def test_what_waits_at_the_end_is_predicted_and_nothing_is_taken_then(create, model):
    batcher = create()
    futures = submit_behind_a_first_one(batcher, model, [sample(1), sample(2)])
    assert batcher.close(DEADLINE)
    assert [future.result(0) for future in futures] == [1, 2]
    with pytest.raises(RuntimeError, match="ends"):
        batcher.submit(sample(3))


def test_a_model_that_does_not_come_to_an_end_is_noticed(create, model):
    batcher = create()
    assert batcher.busy_seconds() == 0
    future = batcher.submit(sample(0))
    assert model.entered.acquire(timeout=DEADLINE)
    assert 0 < batcher.busy_seconds() < DEADLINE
    assert not batcher.close(timeout=0.01)
    model.gate.set()
    assert future.result(DEADLINE) == 0
    assert batcher.close(DEADLINE)
    assert batcher.busy_seconds() == float("inf")


def test_each_batch_is_reported(create, model):
    model.gate.set()
    seen = []
    batcher = create(on_batch=lambda *values: seen.append(values))
    batcher.submit(sample(0)).result(DEADLINE)
    batcher.close(DEADLINE)
    assert [size for size, _, _ in seen] == [1]
    assert all(seconds >= 0 and waited >= 0 for _, seconds, waited in seen)
