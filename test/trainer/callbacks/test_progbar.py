# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The progress of a training as its callback shows it."""

from types import SimpleNamespace
from typing import List

import pytest

from tfaip.trainer.callbacks import progbar
from tfaip.trainer.callbacks.progbar import TFAIPProgbarLogger
from tfaip.trainer.display.progress import Progress
from tfaip.trainer.display.view import View


class Steps(View):
    """Keeps the steps that it is shown."""

    def __init__(self) -> None:
        self.shown: List[int] = []

    def progress(self, progress: Progress) -> None:
        self.shown.append(progress.step)


def logger_of(n_steps: int) -> TFAIPProgbarLogger:
    logger = TFAIPProgbarLogger(view=Steps())
    logger.set_params({"epochs": 1, "steps": n_steps})
    logger.set_model(SimpleNamespace(n_samples=1.0))
    logger.on_epoch_begin(0)
    return logger


def test_steps_that_follow_at_once_are_not_shown_but_the_first_and_the_last_one(monkeypatch) -> None:
    monkeypatch.setattr(progbar, "SECONDS_BETWEEN", 3600.0)
    logger = logger_of(50)
    for step in range(50):
        logger.on_train_batch_end(step, {"loss": 1.0})
    assert logger.view.shown == [1, 50]


@pytest.mark.parametrize("epoch", [0, 1])
def test_steps_that_take_their_time_are_all_shown(monkeypatch, epoch: int) -> None:
    monkeypatch.setattr(progbar, "SECONDS_BETWEEN", 0.0)
    logger = logger_of(3)
    logger.on_epoch_begin(epoch)
    for step in range(3):
        logger.on_train_batch_end(step, {"loss": 1.0})
    assert logger.view.shown == [1, 2, 3]
