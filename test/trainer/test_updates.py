# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Accumulated gradients and averaged weights in a training: epochs, schedule, validation, exports, checkpoints."""

import contextlib
import os
import signal
from pathlib import Path
from typing import Any, Optional

import keras
import numpy as np
import pytest
import tensorflow as tf

from test.trainer.resume.test_continuation import STEPS, params_of
from tfaip.device.precision import Precision
from tfaip.model.updates.average import DecayRule
from tfaip.scenario.export import load_exported_model
from tfaip.trainer.checkpoint.generation import write_generation
from tfaip.trainer.checkpoint.variables import training_variables
from tfaip.trainer.optimizersetup import decay_rule
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserError
from tfaip.util.termination import Terminated
from waves.scenario import WaveScenario

BOTH: dict[str, Any] = {"train_accum_steps": 3, "ema_decay": -1}  # two updates of three batches, one of the seventh


class Stopped(Exception):
    pass


class Recorder(keras.callbacks.Callback):
    """Records the values of each epoch; stops after a step."""

    def __init__(self, stop_at: Optional[tuple[int, int]] = None):
        super().__init__()
        self.stop_at = stop_at
        self.epoch = 0
        self.epochs: dict[int, dict[str, float]] = {}
        self.rates: dict[int, float] = {}
        self.updates: dict[int, int] = {}

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
        self.rates[epoch] = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))

    def on_train_batch_end(self, batch, logs=None):
        if self.stop_at is not None and (self.epoch, batch) >= self.stop_at:
            raise Stopped

    def on_epoch_end(self, epoch, logs=None):
        self.epochs[epoch] = dict(logs)
        self.updates[epoch] = int(self.model.optimizer.iterations)


def run(trainer: Trainer, *callbacks: keras.callbacks.Callback) -> Trainer:
    with contextlib.suppress(Stopped):
        trainer.train(callbacks=list(callbacks))
    return trainer


def variables(trainer: Trainer) -> dict[str, np.ndarray]:
    model = trainer.scenario.keras_train_model
    return {name: variable.value.numpy() for name, variable in training_variables(model).items()}


def weights(trainer: Trainer) -> list[np.ndarray]:
    return [variable.numpy() for variable in trainer.scenario.keras_train_model.trainable_variables]


def assert_same(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> None:
    assert first.keys() == second.keys()
    for name, value in first.items():
        assert np.array_equal(value, second[name]), name


# ---------------------------------------------------------------------- accumulation
def test_a_training_with_accumulation_equals_one_with_the_large_batch() -> None:
    def train(batch_size: int, accum_steps: int) -> tuple[Trainer, Recorder]:
        params = params_of(None, train_accum_steps=accum_steps)
        params.gen.train.n = 48
        params.gen.setup.train.batch_size = batch_size
        params.learning_rate.lr_decay_rate, params.learning_rate.learning_circle = 0.5, 1
        params.learning_rate.step_function = False
        recorder = Recorder()
        return run(WaveScenario.create_trainer(params), recorder), recorder

    (large, of_large), (small, of_small) = train(12, 1), train(4, 3)
    for one, two in zip(weights(large), weights(small), strict=True):
        np.testing.assert_allclose(one, two, atol=1e-6)
    for epoch, logs in of_large.epochs.items():
        for name, value in logs.items():
            assert of_small.epochs[epoch][name] == pytest.approx(value, abs=1e-5), (epoch, name)


@pytest.mark.slow
def test_the_schedule_counts_epochs_and_the_rest_of_an_epoch_is_an_update(caplog: pytest.LogCaptureFixture) -> None:
    params = params_of(None, train_accum_steps=3, epochs=4)
    params.learning_rate.lr_decay_rate, params.learning_rate.learning_circle = 0.5, 1
    recorder = Recorder()
    run(WaveScenario.create_trainer(params), recorder)
    assert recorder.updates == {0: 3, 1: 6, 2: 9, 3: 12}
    assert recorder.rates == {epoch: pytest.approx(0.001 * 0.5**epoch) for epoch in range(4)}
    assert params.learning_rate.steps_per_epoch == 3
    assert "AutoGraph" not in caplog.text


@pytest.mark.slow
def test_an_epoch_that_a_callback_ends_leaves_no_gradient() -> None:
    class Stop(Recorder):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 3

    recorder = Stop()
    trainer = run(WaveScenario.create_trainer(params_of(None, train_accum_steps=3)), recorder)
    assert recorder.updates == {0: 2}
    assert trainer.scenario.keras_train_model.accumulators()["gradient/batches"] == 0


@pytest.mark.slow
def test_hooks_see_the_number_of_the_batch_not_of_the_update(monkeypatch: pytest.MonkeyPatch) -> None:
    from waves.model import WaveModel

    seen: list[tuple[int, int]] = []

    def pre_proc_targets(self, inputs, targets):
        if tf.executing_eagerly():
            seen.append((int(targets["step"][0]), int(targets["epoch"][0])))
        return targets

    monkeypatch.setattr(WaveModel, "pre_proc_targets", pre_proc_targets)
    params = params_of(None, train_accum_steps=3, epochs=2, force_eager=True)
    monkeypatch.setattr(type(params.gen), "val_gen", lambda self: None)
    run(WaveScenario.create_trainer(params))
    assert seen == [(step, step // STEPS) for step in range(2 * STEPS)]


# ---------------------------------------------------------------------- average
def test_the_automatic_decay_depends_on_the_size_of_the_epoch() -> None:
    assert decay_rule(0.0, 10) is None
    assert decay_rule(0.9, 10) == DecayRule(0.9)
    rules = [decay_rule(-1, updates) for updates in (1, 100, 1000, 10**6)]
    assert rules == [DecayRule(decay, True) for decay in (0.99, 0.75**0.01, 0.75**0.001, 0.99975)]
    assert float(DecayRule(0.99, True).at(1)) == pytest.approx(2 / 11)
    assert float(DecayRule(0.99, True).at(10000)) == pytest.approx(0.99)


def test_the_average_is_that_of_the_weights_after_each_update() -> None:
    class Averages(keras.callbacks.Callback):
        average: Optional[list[np.ndarray]] = None

        def on_train_begin(self, logs=None):
            self.average = [v.numpy() for v in self.model.trainable_variables]

        def on_train_batch_end(self, batch, logs=None):
            assert self.average is not None
            new = [v.numpy() for v in self.model.trainable_variables]
            self.average = [0.8 * old + 0.2 * value for old, value in zip(self.average, new, strict=True)]

    callback = Averages()
    trainer = run(WaveScenario.create_trainer(params_of(None, ema_decay=0.8)), callback)
    assert callback.average is not None
    # after the training the model holds the averages, as the exported one does
    for found, expected in zip(weights(trainer), callback.average, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-6)
    trainer.scenario.keras_train_model.updates.use_trained_weights()
    plain = run(WaveScenario.create_trainer(params_of(None)))
    for found, expected in zip(weights(trainer), weights(plain), strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.slow
def test_the_average_ticks_once_an_update() -> None:
    def average(batch_size: int, accum_steps: int) -> list[np.ndarray]:
        params = params_of(None, ema_decay=0.8, train_accum_steps=accum_steps)
        params.gen.train.n = 48
        params.gen.setup.train.batch_size = batch_size
        return weights(run(WaveScenario.create_trainer(params)))

    for one, two in zip(average(12, 1), average(4, 3), strict=True):
        np.testing.assert_allclose(one, two, atol=1e-6)


class Validated(keras.callbacks.Callback):
    """Computes the validation loss of the trained weights and of their averages."""

    def __init__(self):
        super().__init__()
        self.losses: dict[str, float] = {}
        self.logs: dict[str, float] = {}
        self.raw: dict[str, np.ndarray] = {}

    def on_epoch_end(self, epoch, logs=None):
        updates = self.model.updates
        assert updates.average.is_exchanged
        self.logs = dict(logs)
        self.losses["averaged"] = self.model.validation.run(0, epoch)["ce"]
        updates.use_trained_weights()
        self.losses["trained"] = self.model.validation.run(0, epoch)["ce"]
        self.raw = {f"model/{name}": v.numpy() for name, v in updates.average.trained().items()}
        updates.use_averaged_weights()


def test_validation_lav_best_and_export_use_the_average_and_checkpoints_hold_both(tmp_path: Path) -> None:
    params = params_of(tmp_path / "run", epochs=1, ema_decay=0.9, lav_every_n=1)
    params.export_best = params.export_final = True
    callback = Validated()
    params.learning_rate.lr = 0.1
    trainer = run(WaveScenario.create_trainer(params), callback)
    losses = callback.losses
    assert abs(losses["averaged"] - losses["trained"]) > 1e-3
    assert callback.logs["val_ce"] == pytest.approx(losses["averaged"], rel=1e-6)
    assert callback.logs["lav_l0_ce"] == pytest.approx(losses["averaged"], rel=1e-5)

    found = variables(trainer)
    averaged = {name: value for name, value in found.items() if name.startswith("average/")}
    exported = load_exported_model(str(tmp_path / "run" / "export" / "serve"))
    best = load_exported_model(str(tmp_path / "run" / "best" / "serve"))
    stored = np.load(tmp_path / "run" / "checkpoint" / "epoch_0001" / "variables.npz")
    assert len(averaged) == len(callback.raw) == 4
    for name, value in averaged.items():
        plain = name.removeprefix("average/")
        np.testing.assert_array_equal(np.asarray(exported.variables[plain]), value)
        np.testing.assert_array_equal(stored[name], value)
        np.testing.assert_array_equal(stored[f"model/{plain}"], callback.raw[f"model/{plain}"])
        np.testing.assert_array_equal(np.asarray(best.variables[plain]), value)


def test_a_checkpoint_that_is_written_while_the_average_is_in_use_is_that_of_the_trained_weights(
    tmp_path: Path,
) -> None:
    class WritesWhileValidating(keras.callbacks.Callback):
        def on_test_begin(self, logs=None):
            assert self.model.updates.average.is_exchanged
            write_generation(self.model, params, 99)
            raise Stopped

    params = params_of(tmp_path / "run", ema_decay=0.9, write_checkpoints=True)
    trainer = run(WaveScenario.create_trainer(params), WritesWhileValidating())
    stored = np.load(tmp_path / "run" / "checkpoint" / "epoch_0099" / "variables.npz")
    # the exception ended the use of the average, too
    average = trainer.scenario.keras_train_model.updates.average
    assert average is not None
    assert not average.is_exchanged
    expected = variables(trainer)
    for name in average.trained():
        np.testing.assert_array_equal(stored[f"model/{name}"], expected[f"model/{name}"])
        np.testing.assert_array_equal(stored[f"average/{name}"], expected[f"average/{name}"])
        assert not np.array_equal(stored[f"average/{name}"], stored[f"model/{name}"])


@pytest.mark.slow
def test_the_export_of_a_run_without_epochs_left_is_the_average(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    run(WaveScenario.create_trainer(params_of(folder, ema_decay=0.9)), Recorder())
    trainer = Trainer.restore_trainer(str(folder))
    trainer.params.export_final = True
    trainer.train()
    exported = load_exported_model(str(folder / "export" / "serve"))
    stored = np.load(folder / "checkpoint" / "epoch_0003" / "variables.npz")
    names = [name.removeprefix("average/") for name in stored.files if name.startswith("average/")]
    for name in names:
        np.testing.assert_array_equal(np.asarray(exported.variables[name]), stored[f"average/{name}"])


@pytest.mark.slow
def test_statistics_are_averaged_random_states_and_frozen_layers_are_not() -> None:
    from tfaip.model.updates.average import averaged_variables

    model = keras.Sequential(
        [keras.Input([2]), keras.layers.Dense(2), keras.layers.BatchNormalization(), keras.layers.Dropout(0.5)]
    )
    assert len(averaged_variables(model)) == 2 + 4
    model.layers[0].trainable = False
    assert len(averaged_variables(model)) == 4
    model.layers[1].trainable = False
    assert not averaged_variables(model)


# ---------------------------------------------------------------------- resume
@pytest.fixture(scope="module")
def never_stopped() -> tuple[dict[str, np.ndarray], Recorder]:
    recorder = Recorder()
    trainer = run(WaveScenario.create_trainer(params_of(None, **BOTH)), recorder)
    return variables(trainer), recorder


@pytest.mark.parametrize(
    "stop_at",
    [
        pytest.param((1, 4), id="in a group"),
        pytest.param((0, 1), id="in the first group", marks=pytest.mark.slow),
        pytest.param((1, STEPS - 1), id="before the rest is applied", marks=pytest.mark.slow),
        pytest.param((2, 2), id="after a group", marks=pytest.mark.slow),
    ],
)
def test_a_training_that_is_stopped_between_two_batches_of_an_update_goes_on_bit_by_bit(
    never_stopped, tmp_path: Path, stop_at: tuple[int, int]
) -> None:
    expected, all_values = never_stopped
    folder = tmp_path / "run"
    run(WaveScenario.create_trainer(params_of(folder, checkpoint_save_freq="1 step", **BOTH)), Recorder(stop_at))
    recorder = Recorder()
    trainer = run(Trainer.restore_trainer(str(folder)), recorder)
    assert recorder.epochs == {epoch: all_values.epochs[epoch] for epoch in recorder.epochs}
    assert recorder.updates == {epoch: all_values.updates[epoch] for epoch in recorder.epochs}
    assert set(recorder.epochs) == set(range(stop_at[0], 3))
    assert_same(variables(trainer), expected)


@pytest.mark.parametrize("moment", ["on_test_begin", pytest.param("on_epoch_end", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_a_training_that_is_ended_behind_the_last_update_of_an_epoch_goes_on_bit_by_bit(
    tmp_path: Path, moment: str
) -> None:
    class Ends(keras.callbacks.Callback):
        def end(self, *args: Any) -> None:
            os.kill(os.getpid(), signal.SIGTERM)

    def params_with_rates(folder: Optional[Path]) -> Any:
        params = params_of(folder, **BOTH)
        params.learning_rate.lr_decay_rate, params.learning_rate.learning_circle = 0.5, 1
        params.learning_rate.step_function = False
        params.epochs = 2
        return params

    class Rates(Recorder):
        def on_train_batch_end(self, batch, logs=None):
            self.rates[self.epoch * STEPS + batch] = float(
                keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)
            )

    setattr(Ends, moment, Ends.end)
    folder, all_rates, rates = tmp_path / "run", Rates(), Rates()
    expected = run(WaveScenario.create_trainer(params_with_rates(None)), all_rates)
    with pytest.raises(Terminated):
        WaveScenario.create_trainer(params_with_rates(folder)).train(callbacks=[Ends()])
    trainer = Trainer.restore_trainer(str(folder))
    trainer.train(callbacks=[rates])
    assert rates.epochs == all_rates.epochs
    assert all(rates.rates[step] == all_rates.rates[step] for step in range(STEPS, 2 * STEPS))
    assert_same(variables(trainer), variables(expected))


@pytest.mark.parametrize(
    ("name", "value", "stop_at"),
    [
        ("train_accum_steps", 2, (1, 3)),
        ("ema_decay", 0.0, (1, 0)),
        ("no_train_scope", "waves/logits", (1, 0)),
        ("precision", Precision.FLOAT16, (1, 0)),
    ],
)
def test_what_a_checkpoint_cannot_take_up_is_refused(
    tmp_path: Path, name: str, value: Any, stop_at: tuple[int, int]
) -> None:
    folder = tmp_path / "run"
    params = params_of(folder, checkpoint_save_freq="2 steps", **BOTH)
    run(WaveScenario.create_trainer(params), Recorder(stop_at))
    trainer = Trainer.restore_trainer(str(folder))
    setattr(trainer.params, name, value)
    with pytest.raises(UserError, match=f"{name} cannot be changed"):
        trainer.train()


@pytest.mark.slow
def test_the_number_of_batches_of_an_update_can_change_after_an_epoch(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    run(WaveScenario.create_trainer(params_of(folder, epochs=1, **BOTH)))
    trainer = Trainer.restore_trainer(str(folder))
    trainer.params.train_accum_steps, trainer.params.ema_decay, trainer.params.epochs = 2, 0.5, 3
    trainer.params.learning_rate.lr_decay_rate, trainer.params.learning_rate.learning_circle = 0.5, 1
    recorder = Recorder()
    run(trainer, recorder)
    assert recorder.updates == {1: 3 + 4, 2: 3 + 8}
    assert recorder.rates == {epoch: pytest.approx(0.001 * 0.5**epoch) for epoch in (1, 2)}
