# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The time left counts the steps, and the validations and evaluations that are to come, and is steady."""

import pytest

from tfaip.runs.format.status import Phase
from tfaip.runs.record.timeleft import Plan, TimeLeft


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def train_epoch(time_left: TimeLeft, clock: Clock, plan: Plan, epoch: int, step_seconds: float = 0.5) -> None:
    """An epoch whose validation takes 10 seconds, evaluation 40, and the rest 2."""
    time_left.begin_epoch(epoch, 0)
    for step in range(plan.steps):
        clock.now += step_seconds
        time_left.steps_done(step + 1)
    if plan.to_come(Phase.VALIDATION, epoch) > plan.to_come(Phase.VALIDATION, epoch + 1):
        time_left.enter(Phase.VALIDATION)
        clock.now += 10
    time_left.enter(Phase.EVALUATION)
    if plan.to_come(Phase.EVALUATION, epoch) > plan.to_come(Phase.EVALUATION, epoch + 1):
        clock.now += 40
    time_left.enter(Phase.EXPORT)
    clock.now += 2
    time_left.enter(Phase.TRAINING)


PLAN = Plan(epochs=11, steps=20, val_every_n=2, lav_every_n=3, lav_min_epoch=2)


def seconds_of(plan: Plan, epochs: range) -> float:
    validations = [epoch for epoch in epochs if (epoch + 1) % 2 == 0 or epoch == 10]
    evaluations = [epoch for epoch in epochs if (epoch % 3 == 0 or epoch == 10) and epoch >= 2]
    return len(epochs) * (plan.steps * 0.5 + 2) + len(validations) * 10 + len(evaluations) * 40


def test_validations_and_evaluations_to_come_are_counted() -> None:
    for first in range(12):
        epochs = range(first, 11)
        assert PLAN.to_come(Phase.VALIDATION, first) == sum((e + 1) % 2 == 0 or e == 10 for e in epochs)
        assert PLAN.to_come(Phase.EVALUATION, first) == sum((e % 3 == 0 or e == 10) and e >= 2 for e in epochs)
    assert Plan(11, 20, 0, 0).to_come(Phase.VALIDATION, 0) == 0
    assert Plan(11, 20, 0, 3, lav_min_epoch=11).to_come(Phase.EVALUATION, 0) == 0


def test_after_some_epochs_the_time_left_is_that_of_all_that_is_to_come() -> None:
    clock = Clock()
    time_left = TimeLeft(PLAN, clock)
    for epoch in range(5):
        train_epoch(time_left, clock, PLAN, epoch)
    time_left.begin_epoch(5, 0)
    assert time_left.left() == pytest.approx(seconds_of(PLAN, range(5, 11)))


def test_nothing_is_told_before_the_steps_have_a_speed_and_the_first_does_not_count() -> None:
    clock = Clock()
    time_left = TimeLeft(PLAN, clock)
    time_left.begin_epoch(0, 0)
    assert time_left.left() is None
    clock.now += 60
    time_left.steps_done(1)
    assert time_left.left() is None
    clock.now += 1
    time_left.steps_done(3)
    assert time_left.left() == pytest.approx((11 * 20 - 3) * 0.5)


def test_one_slow_step_changes_the_estimate_little_and_a_lasting_change_is_followed() -> None:
    plan = Plan(1, 100_000, 0)
    clock = Clock()
    time_left = TimeLeft(plan, clock)
    time_left.begin_epoch(0, 0)
    step = 0

    def steps(n: int, seconds: float) -> float:
        nonlocal step
        for _ in range(n):
            clock.now += seconds
            step += 1
            time_left.steps_done(step)
        return (time_left.left() or 0.0) / (plan.steps - step)

    assert steps(500, 0.5) == pytest.approx(0.5)
    assert steps(1, 5.0) == pytest.approx(0.5, rel=0.06)
    assert steps(600, 1.0) == pytest.approx(1.0, rel=0.05)


def test_the_time_left_goes_down_while_a_validation_runs() -> None:
    clock = Clock()
    time_left = TimeLeft(PLAN, clock)
    for epoch in range(3):
        train_epoch(time_left, clock, PLAN, epoch)
    time_left.begin_epoch(3, 0)
    clock.now += 10
    time_left.steps_done(20)
    before = time_left.left()
    time_left.enter(Phase.VALIDATION)
    clock.now += 10
    time_left.enter(Phase.EVALUATION)
    after = time_left.left()
    assert before is not None and after is not None
    assert before - after == pytest.approx(10)


def test_a_resumed_epoch_counts_the_steps_that_are_left() -> None:
    clock = Clock()
    plan = Plan(2, 10, 0)
    time_left = TimeLeft(plan, clock)
    time_left.begin_epoch(1, 6)
    for step in (7, 8):
        clock.now += 1
        time_left.steps_done(step)
    assert time_left.left() == pytest.approx(2)
