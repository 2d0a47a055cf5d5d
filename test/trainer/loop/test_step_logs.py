# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Callbacks get the losses and metrics of the steps that are done."""

from typing import Any

import keras
import pytest

from test.trainer.test_trainer import small_params
from waves.scenario import WaveScenario


class Logs(keras.callbacks.Callback):
    """Compares what it gets with what the model says."""

    def __init__(self, every_step: bool):
        super().__init__()
        self.supports_steps_per_call = not every_step
        self.steps: list[int] = []

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.steps.append(batch)
        assert logs == self.model.epoch_logs()
        assert self.model.n_samples > 0


@pytest.mark.parametrize("every_step", [True, False])
def test_logs_are_those_of_the_present_step(every_step: bool) -> None:
    logs = Logs(every_step)
    params = small_params(epochs=1)
    WaveScenario.create_trainer(params).train(callbacks=[logs])
    assert logs.steps[-1] > 1
    assert not every_step or logs.steps == list(range(logs.steps[-1] + 1))
