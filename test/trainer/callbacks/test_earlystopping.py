# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The best model is really the best, and a training stops when its parameters say so."""

import math
from types import SimpleNamespace
from typing import Any

import pytest

from tfaip.trainer.callbacks.earlystopping.callback import EarlyStoppingCallback
from tfaip.trainer.callbacks.earlystopping.params import EarlyStoppingParams
from tfaip.util.errors import UserError


class Run:
    """A training whose monitored values are given."""

    def __init__(self, mode: str = "max", monitor: str = "acc", **params: Any):
        self.exports: list[float] = []
        self.params = EarlyStoppingParams(best_model_output_dir="folder", **params)
        self.trainer_params = SimpleNamespace(
            early_stopping=self.params, export_best=True, output_dir="folder", current_epoch=0, lav_every_n=0
        )
        self.model = SimpleNamespace(stop_training=False)
        scenario: Any = SimpleNamespace(
            best_logging_settings=lambda: (mode, monitor),
            export=lambda path, trainer_params: self.exports.append(self.params.current),
            model=self,
        )
        self.callback: Any = EarlyStoppingCallback(scenario, self.trainer_params)  # type: ignore[arg-type]
        self.callback._model = self.model

    def epochs(self, *values: float, name: str = "val_acc") -> int:
        """Run until the training stops and return the number of epochs."""
        for epoch, value in enumerate(values):
            self.callback.on_epoch_end(epoch, {name: value})
            if self.model.stop_training:
                return epoch + 1
        return len(values)


def test_only_strictly_better_values_are_exported() -> None:
    run = Run()
    run.epochs(0.5, 0.5, 0.7, 0.6)
    assert run.exports == [0.5, 0.7]
    assert run.params.current == 0.7


def test_minimum_is_tracked() -> None:
    run = Run(mode="min", monitor="loss/mean_epoch")
    run.epochs(3.0, 1.0, 2.0, name="val_loss/mean_epoch")
    assert run.exports == [3.0, 1.0]


def test_nan_is_never_the_best_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    run = Run()
    run.epochs(math.nan, 0.3, math.nan)
    assert caplog.text.count("val_acc is not a number") == 1
    assert run.exports == [0.3]
    assert run.params.current == 0.3


@pytest.mark.parametrize(("n_to_go", "frequency", "expected"), [(4, 1, 4), (3, 2, 4), (2, 1, 2), (1, 1, 9), (-1, 1, 9)])
def test_training_stops_after_failures(n_to_go: int, frequency: int, expected: int) -> None:
    assert Run(n_to_go=n_to_go, frequency=frequency).epochs(*[0.5] * 9) == expected


def test_failures_count_only_after_the_threshold_was_passed() -> None:
    run = Run(n_to_go=2, lower_threshold=0.6)
    assert run.epochs(0.5, 0.5, 0.5, 0.7, 0.6) == 5


def test_training_stops_at_once_at_the_target() -> None:
    assert Run(upper_threshold=0.9).epochs(0.5, 0.9, 0.95) == 2
    assert Run(mode="min", lower_threshold=0.1).epochs(0.5, 0.1, 0.05) == 2


def test_epochs_without_validation_are_left_out() -> None:
    run = Run(n_to_go=2)
    run.callback.on_epoch_end(0, {"val_acc": 0.5})
    run.callback.on_epoch_end(1, {"loss": 0.1})
    assert not run.model.stop_training


def test_unknown_monitor_is_named_with_a_suggestion() -> None:
    with pytest.raises(UserError, match="Did you mean acc"):
        Run(monitor="accc").callback.on_epoch_end(0, {"val_acc": 0.5, "val_loss": 1.0})


def test_lav_values_can_be_monitored() -> None:
    run = Run(monitor="lav_l0_eval_acc")
    run.trainer_params.lav_every_n = 1
    run.epochs(0.5, 0.6, name="lav_l0_eval_acc")
    assert run.exports == [0.5, 0.6]


def test_monitored_lav_value_needs_lav() -> None:
    with pytest.raises(UserError, match="lav_every_n"):
        Run(monitor="lav_l0_eval_acc").callback.on_epoch_end(0, {"val_acc": 0.5})


def test_patience_of_one_test_says_that_it_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    for n_to_go in (1, 2, -1):
        caplog.clear()
        Run(monitor="lav_l0_acc", n_to_go=n_to_go).callback.on_train_begin()
        assert ("n_to_go 1 does not stop the training" in caplog.text) == (n_to_go == 1)
