# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Many steps run in one call unless a callback wants to see each of them."""

import keras

from tfaip.trainer.callbacks.progbar import TFAIPProgbarLogger
from tfaip.trainer.loop.chunks import MAX_STEPS, StepsPerCall, wants_every_step


class BatchCallback(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        pass


class EpochCallback(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        pass


def test_callbacks_with_batch_hooks_see_every_step() -> None:
    assert wants_every_step(BatchCallback())
    assert not wants_every_step(EpochCallback())
    assert not wants_every_step(TFAIPProgbarLogger())


def test_steps_grow_when_nobody_watches() -> None:
    steps = StepsPerCall([EpochCallback()])
    taken = []
    for _ in range(20):
        n = steps.next(10_000)
        taken.append(n)
        steps.finished(n)
    assert taken[0] == 1
    assert max(taken) > 10
    assert max(taken) <= MAX_STEPS


def test_steps_stay_one_for_a_watcher() -> None:
    steps = StepsPerCall([BatchCallback()])
    for _ in range(5):
        assert steps.next(100) == 1
        steps.finished(1)


def test_no_step_too_many_at_the_end_of_an_epoch() -> None:
    steps = StepsPerCall([])
    steps.steps = 50
    assert steps.next(7) == 7
