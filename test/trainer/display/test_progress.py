# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Speed and remaining time are computed from what was measured, change from the best epoch."""

import pytest

from tfaip.trainer.callbacks.progbar import TFAIPProgbarLogger
from tfaip.trainer.display.progress import Best, Meter, Progress
from tfaip.trainer.display.view import View
from tfaip.util import shorttext as text


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_speed_and_time_left_do_not_count_the_call_that_builds_the_graph(clock: Clock) -> None:
    meter = Meter(epochs=3, steps=10, clock=clock)
    meter.begin_epoch(0, Best())
    clock.now += 50  # the graph
    first = meter.steps_done(1, 16, {"loss": 1.0})
    assert first.samples_per_second is None
    assert first.seconds_left is None
    clock.now += 4
    now = meter.steps_done(3, 48, {"loss": 0.5})
    assert now.samples_per_second == 8
    assert now.seconds_left_of_epoch == 7 * 2
    assert now.seconds_left == 7 * 2 + 2 * 20
    assert now.seconds == 54


def test_time_left_counts_the_validations_to_come(clock: Clock) -> None:
    meter = Meter(epochs=3, steps=10, clock=clock)
    meter.begin_epoch(0, Best())
    meter.steps_done(1, 1, {})
    clock.now += 9
    meter.steps_done(10, 10, {})
    clock.now += 5  # validation
    now = meter.end_epoch({}, Best())
    assert now.seconds == 14
    assert now.seconds_left == 2 * (10 + 5)
    assert meter.begin_epoch(1, Best()).samples_per_second is None
    clock.now += 2
    assert meter.steps_done(2, 2, {}).seconds_left == 8 + 5 + 15


def test_the_speed_of_an_epoch_that_goes_on_in_its_middle_counts_its_own_steps(clock: Clock) -> None:
    meter = Meter(epochs=1, steps=100, clock=clock)
    meter.begin_epoch(0, Best())
    meter.steps_done(51, 510, {})
    clock.now += 1
    assert meter.steps_done(53, 530, {}).samples_per_second == 20


def test_change_compares_with_the_best_epoch() -> None:
    best = Best("val_acc", 0.9, 0, values={"val_acc": 0.9, "loss": 0.5})
    now = Progress(1, 3, values={"loss": 0.4, "val_acc": 0.85, "other": 1.0}, best=best)
    assert now.change("loss") == pytest.approx(-0.1)
    assert now.change("val_acc") == pytest.approx(-0.05)
    assert now.change("other") is None
    assert now.change("missing") is None


def test_change_of_a_new_best_value_compares_with_the_one_before() -> None:
    best = Best("val_acc", 0.95, 1, is_new=True, before=0.9, values={"val_acc": 0.95, "loss": 0.5})
    now = Progress(1, 3, values={"loss": 0.5, "val_acc": 0.95}, best=best)
    assert now.change("val_acc") == pytest.approx(0.05)
    assert now.change("loss") is None


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0:00"),
        (5.4, "0:05"),
        (65, "1:05"),
        (3661, "1:01:01"),
        (90061, "1d 01:01:01"),
        (None, "?"),
        (float("nan"), "?"),
    ],
)
def test_durations_are_short(seconds: float, expected: str) -> None:
    assert text.duration(seconds) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0.0000"), (0.98765, "0.9877"), (1.5e-5, "1.500e-05"), (1234567, "1.235e+06"), (float("nan"), "nan")],
)
def test_numbers_keep_their_digits(value: float, expected: str) -> None:
    assert text.number(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(0.0005, "+0.0005"), (-0.1, "-0.1000"), (1e-7, "+1.000e-07")])
def test_changes_have_a_sign(value: float, expected: str) -> None:
    assert text.change(value) == expected


def test_a_second_training_with_the_same_callback_has_its_own_number_of_steps() -> None:
    progress = TFAIPProgbarLogger(view=View())
    for steps in (6, 2):
        progress.set_params({"epochs": 2, "steps": steps})
        progress.on_train_begin()
        assert progress.meter.now.steps == steps
