# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Small trainings that are stopped, and what they are compared by."""

import contextlib
from pathlib import Path
from typing import Any, Optional

import keras
import numpy as np

from tfaip import TrainerParams
from tfaip.trainer.checkpoint.variables import training_variables
from tfaip.trainer.trainer import Trainer
from waves.scenario import WaveScenario

STEPS = 7  # of an epoch; with 30 samples each epoch begins elsewhere in the data


class Stopped(Exception):
    pass


class Recorder(keras.callbacks.Callback):
    """Records the values of each epoch and, unless calls may have several steps, of each step; stops at one of them."""

    def __init__(self, stop_at: Optional[tuple[int, int]] = None, every_step: bool = True):
        super().__init__()
        self.supports_steps_per_call = not every_step
        self.stop_at = stop_at
        self.epoch = 0
        self.steps: dict[tuple[int, int], dict[str, float]] = {}
        self.epochs: dict[int, dict[str, float]] = {}

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        self.steps[self.epoch, batch] = dict(logs)
        if self.stop_at is not None and (self.epoch, batch) >= self.stop_at:
            raise Stopped

    def on_epoch_end(self, epoch, logs=None):
        self.epochs[epoch] = dict(logs)


def params_of(folder: Optional[Path], **changes: Any) -> TrainerParams:
    params = WaveScenario.default_trainer_params()
    params.progress_bar_mode = 0
    params.skip_model_load_test = True
    params.export_best = params.export_final = False
    params.epochs = 3
    params.random_seed = 1
    params.gen.train.n = 30
    params.gen.val.n = 10
    params.gen.setup.train.batch_size = 4
    params.gen.setup.train.shuffle_buffer_size = 6
    params.output_dir = None if folder is None else str(folder)
    for name, value in changes.items():
        setattr(params, name, value)
    return params


def weights(trainer: Trainer) -> dict[str, np.ndarray]:
    model = trainer.scenario.keras_train_model
    return {name: variable.value.numpy() for name, variable in training_variables(model).items()}


def run(trainer: Trainer, recorder: Recorder) -> Trainer:
    with contextlib.suppress(Stopped):
        trainer.train(callbacks=[recorder])
    return trainer


def assert_same_weights(first: Trainer, second: Trainer) -> None:
    expected, found = weights(first), weights(second)
    assert expected.keys() == found.keys()
    for name, value in expected.items():
        assert np.array_equal(value, found[name]), name
