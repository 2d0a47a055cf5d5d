# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A loss or gradient that is not finite stops the training with what, where and why, is skipped, or is undone."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from test.trainer.test_trainer import read_scalars, small_params
from test.trainer.test_updates import Recorder, assert_same, run, variables
from tfaip.model.updates.finite import FiniteCheck
from tfaip.model.updates.protection import Protection
from tfaip.trainer.nonfinite.guard import NonFiniteError, NumbersGuard
from tfaip.trainer.nonfinite.policy import NonFinitePolicy
from tfaip.trainer.trainer import Trainer
from waves.data import WaveGenerator
from waves.model import WaveModel
from waves.scenario import WaveScenario

BAD = 37  # in the third batch of 16


@pytest.fixture
def bad_sample(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A training sample whose input holds NaN."""
    generate = WaveGenerator.generate

    def with_nan(self: WaveGenerator) -> Any:
        for index, sample in enumerate(generate(self)):
            inputs = np.array(sample.inputs, dtype="float32")
            if index == BAD and self.params.n == 100:
                inputs[3] = np.nan
            yield sample.new_inputs(inputs)

    monkeypatch.setattr(WaveGenerator, "generate", with_nan)
    yield


def params_of(policy: str, **changes: Any) -> Any:
    # in the order of the generator
    params = small_params(non_finite=NonFinitePolicy(policy), epochs=1, **changes)
    params.gen.setup.train.shuffle_buffer_size = 1
    params.early_stopping.n_to_go = -1
    return params


@pytest.mark.parametrize("eager", [False, True])
def test_the_error_names_loss_step_and_samples(bad_sample: None, eager: bool) -> None:
    params = params_of("stop", force_eager=eager)
    with pytest.raises(NonFiniteError) as caught:
        WaveScenario.create_trainer(params).train()
    message = str(caught.value)
    assert "step 3 of epoch 1" in message
    assert "the loss ce = nan" in message
    assert "sample 5 has NaN in x" in message
    assert "of pass 1: 16 samples" in message
    assert "--trainer.non_finite skip" in message


def test_a_stopped_run_keeps_its_checkpoints_and_no_nan_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loss = WaveModel._loss

    def infinite_in_the_second_epoch(self: WaveModel, inputs: Any, targets: Any, outputs: Any) -> Any:
        factor = tf.where(targets["epoch"][0] > 0, np.float32(np.inf), np.float32(1))
        return {name: value * factor for name, value in loss(self, inputs, targets, outputs).items()}

    monkeypatch.setattr(WaveModel, "_loss", infinite_in_the_second_epoch)
    params = small_params(output_dir=str(tmp_path / "run"), epochs=3)
    with pytest.raises(NonFiniteError, match="step 1 of epoch 2"):
        WaveScenario.create_trainer(params).train()
    monkeypatch.setattr(WaveModel, "_loss", loss)
    trainer = Trainer.restore_trainer(str(tmp_path / "run"))
    assert trainer.params.current_epoch == 1
    logs = trainer.train()
    assert np.isfinite(logs["loss"])


def test_gradients_are_named_if_the_loss_is_finite(monkeypatch: pytest.MonkeyPatch) -> None:
    @tf.custom_gradient
    def infinite_gradient(x: tf.Tensor) -> Any:
        return x, lambda upstream: upstream * np.inf

    loss = WaveModel._loss
    monkeypatch.setattr(
        WaveModel, "_loss", lambda self, *args: {k: infinite_gradient(v) for k, v in loss(self, *args).items()}
    )
    with pytest.raises(NonFiniteError, match="step 1 of epoch 1") as caught:
        WaveScenario.create_trainer(params_of("stop")).train()
    assert "the gradients of graph/hidden/0/kernel" in str(caught.value)


# ---------------------------------------------------------------------- skip
class WithoutBatch(keras.callbacks.Callback):
    """Records the variables before and after the third step."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[int, list[np.ndarray]] = {}

    def on_train_batch_end(self, batch, logs=None):
        average = self.model.updates.average
        state = [*self.model.variables, *self.model.optimizer.variables, *average.averaged().values()]
        self.seen[batch] = [variable.numpy() for variable in state]


def test_a_skipped_step_changes_no_weight_no_state_and_no_sum(
    bad_sample: None, caplog: pytest.LogCaptureFixture
) -> None:
    seen = WithoutBatch()
    trainer = WaveScenario.create_trainer(params_of("skip", ema_decay=0.9))
    with caplog.at_level(logging.WARNING):
        logs = trainer.train(callbacks=[seen])
    for before, after in zip(seen.seen[1], seen.seen[2], strict=True):
        np.testing.assert_array_equal(before, after)
    assert any(not np.array_equal(a, b) for a, b in zip(seen.seen[2], seen.seen[3], strict=True))
    assert np.isfinite(logs["loss"])
    assert np.isfinite(logs["acc"])
    assert trainer.scenario.keras_train_model.optimizer.iterations.numpy() == 5
    assert "step 3 of epoch 1: the loss ce = nan" in caplog.text
    assert "1 skipped so far" in caplog.text


@pytest.mark.slow
def test_skipping_takes_back_what_layers_and_metrics_have_counted() -> None:
    class Small(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.norm = keras.layers.BatchNormalization()
            self.dense = keras.layers.Dense(1)

        def call(self, x, training=None):
            return self.dense(self.norm(x, training=training))

    model = Small()
    model(tf.zeros([2, 3]))
    protection = Protection(model.non_trainable_variables)
    acted = tf.Variable(0)

    @tf.function
    def step(x: tf.Tensor) -> None:
        before = protection.read()
        y = model(x, training=True)
        protection.run_if(tf.math.is_finite(tf.reduce_sum(y)), lambda: _nothing(acted.assign_add(1)), before)

    step(tf.random.normal([4, 3]))
    kept = [variable.numpy() for variable in model.non_trainable_variables]
    step(tf.fill([4, 3], np.nan))
    assert acted.numpy() == 1
    for value, variable in zip(kept, model.non_trainable_variables, strict=True):
        np.testing.assert_array_equal(value, variable.numpy())
    assert kept[0].any()


def _nothing(result: object) -> None:
    pass


@pytest.mark.slow
def test_many_steps_in_one_call_equal_single_steps(bad_sample: None) -> None:
    grouped = WaveScenario.create_trainer(params_of("skip", train_accum_steps=2))
    grouped.train()
    single = WaveScenario.create_trainer(params_of("skip", train_accum_steps=2))
    single.train(callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)])
    assert_same(variables(grouped), variables(single))


@pytest.mark.parametrize(
    ("stop_at", "changes"),
    [
        pytest.param((1, 4), {"train_accum_steps": 5, "ema_decay": -1}, id="accumulated and averaged"),
        pytest.param((1, 1), {}, id="before the bad step", marks=pytest.mark.slow),
        pytest.param((2, 0), {}, id="after an epoch", marks=pytest.mark.slow),
    ],
)
def test_a_training_with_skipped_steps_is_resumed_bit_by_bit(
    bad_sample: None, tmp_path: Path, stop_at: tuple[int, int], changes: dict[str, Any]
) -> None:
    def params(folder: str) -> Any:
        params = params_of("skip", output_dir=str(tmp_path / folder), checkpoint_save_freq="1 step", **changes)
        params.epochs, params.random_seed, params.export_best, params.export_final = 3, 3, False, False
        # the schedule counts the updates, of which there are fewer
        params.learning_rate.lr_decay_rate, params.learning_rate.learning_circle = 0.5, 1
        params.learning_rate.lr = 0.01
        return params

    all_values, recorder = Recorder(), Recorder()
    whole = run(WaveScenario.create_trainer(params("whole")), all_values)
    run(WaveScenario.create_trainer(params("stopped")), Recorder(stop_at))
    again = run(Trainer.restore_trainer(str(tmp_path / "stopped")), recorder)
    assert recorder.epochs == {epoch: all_values.epochs[epoch] for epoch in recorder.epochs}
    assert all_values.updates[2] == (3 if changes else 15)
    assert_same(variables(again), variables(whole))


@pytest.mark.slow
def test_an_epoch_of_skipped_steps_only_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WaveModel, "_loss", lambda self, i, t, o: {"ce": tf.reduce_mean(o["logits"]) * np.nan})
    with pytest.raises(NonFiniteError, match="All steps of an epoch were skipped"):
        WaveScenario.create_trainer(params_of("skip")).train()


@pytest.mark.slow
def test_the_number_of_skipped_steps_is_part_of_a_checkpoint(bad_sample: None, tmp_path: Path) -> None:
    def skipped(trainer: Trainer) -> int:
        return next(cb for cb in trainer._callbacks if isinstance(cb, NumbersGuard)).skipped_steps

    params = params_of("skip", output_dir=str(tmp_path / "run"))
    WaveScenario.create_trainer(params).train()
    again = Trainer.restore_trainer(str(tmp_path / "run"))
    again.params.epochs = 2
    again.train()
    assert skipped(again) == 2


# ---------------------------------------------------------------------- restore
class Rates(keras.callbacks.Callback):
    """Records epochs with their learning rates."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[int, float]] = []

    def on_epoch_begin(self, epoch, logs=None):
        self.seen.append((epoch, round(float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)), 6)))


def diverge_until(monkeypatch: pytest.MonkeyPatch, params: Any, factor: float) -> None:
    """Let the loss be NaN from the second epoch on until restored checkpoints have made the rate small enough."""
    loss = WaveModel._loss

    def maybe_nan(self: WaveModel, inputs: Any, targets: Any, outputs: Any) -> Any:
        is_bad = tf.logical_and(targets["epoch"][0] > 0, params.learning_rate.factor > factor)
        return {k: tf.where(is_bad, np.float32(np.nan), v) for k, v in loss(self, inputs, targets, outputs).items()}

    monkeypatch.setattr(WaveModel, "_loss", maybe_nan)


@pytest.mark.parametrize("with_files", [True, False])
def test_the_last_checkpoint_is_restored_with_a_smaller_rate(
    with_files: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    params = params_of("restore", output_dir=str(tmp_path / "run") if with_files else None)
    params.epochs = 3
    diverge_until(monkeypatch, params, 0.3)
    rates = Rates()
    trainer = WaveScenario.create_trainer(params)
    with caplog.at_level(logging.WARNING):
        logs = trainer.train(callbacks=[rates])
    if with_files:
        assert rates.seen == [(0, 0.001), (1, 0.001), (1, 0.0005), (1, 0.00025), (2, 0.00025)]
    else:
        assert rates.seen == [
            *[(0, 0.001), (1, 0.001), (0, 0.0005), (1, 0.0005)],
            *[(0, 0.00025), (1, 0.00025), (2, 0.00025)],
        ]
    assert params.non_finite_restores == 2
    assert params.learning_rate.factor == 0.25
    assert np.isfinite(logs["loss"])
    assert params.current_epoch == 3
    assert trainer.scenario.keras_train_model.optimizer.iterations.numpy() == 18
    place = "checkpoint/epoch_0001" if with_files else "its beginning"
    assert f"goes back to {place}, with 0.25 times the learning rate" in caplog.text
    if with_files:
        again = Trainer.restore_trainer(str(tmp_path / "run"))
        assert again.params.learning_rate.factor == 0.25
        # what TensorBoard shows of the epochs before is still there
        rates_shown = {epoch: value for (name, epoch), value in read_scalars(tmp_path / "run" / "train").items()}
        assert set(rates_shown) == {0, 1, 2}


@pytest.mark.slow
def test_restoring_is_bounded(tmp_path: Path, bad_sample: None) -> None:
    params = params_of("restore", output_dir=str(tmp_path / "run"), non_finite_max_restores=2)
    with pytest.raises(NonFiniteError, match="restored 2 times already"):
        WaveScenario.create_trainer(params).train()


# ---------------------------------------------------------------------- the check itself
def test_only_the_first_step_of_a_call_is_told_with_the_number_of_all() -> None:
    variable = keras.Variable([1.0, 2.0], name="v")
    check = FiniteCheck(["a", "b"], {"v": variable})

    @tf.function
    def steps(values: tf.Tensor) -> None:
        for i in tf.range(tf.shape(values)[0]):
            check.check(tf.cast(i, tf.int64) + 10, [values[i], 1.0], values[i] + 1.0, [tf.stack([values[i], 0.0])])

    steps(tf.constant([0.0, 1e30, -1e30]))
    assert check.take() is None
    steps(tf.constant([0.0, np.inf, np.nan, 1.0]))
    found = check.take()
    assert found is not None
    assert (found.count, found.step, found.losses, found.gradients) == (2, 11, [("a", np.inf)], ["v"])
    assert check.take() is None


@pytest.mark.slow
def test_a_run_that_is_killed_after_a_checkpoint_was_restored_goes_on_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loss = WaveModel._loss
    running: list[Any] = []

    def maybe_nan(self: WaveModel, inputs: Any, targets: Any, outputs: Any) -> Any:
        is_bad = tf.logical_and(targets["epoch"][0] > 0, running[-1].learning_rate.factor > 0.6)
        return {k: tf.where(is_bad, np.float32(np.nan), v) for k, v in loss(self, inputs, targets, outputs).items()}

    monkeypatch.setattr(WaveModel, "_loss", maybe_nan)

    def start(name: str, *callbacks: keras.callbacks.Callback) -> Trainer:
        params = params_of("restore", output_dir=str(tmp_path / name), random_seed=4)
        params.epochs = 3
        running.append(params)
        return run(WaveScenario.create_trainer(params), *callbacks)

    whole = start("whole", Recorder())
    killed = start("killed", Recorder(stop_at=(1, 3)))
    assert killed.params.non_finite_restores == 1
    assert killed.params.current_epoch == 1
    again = Trainer.restore_trainer(str(tmp_path / "killed"))
    running.append(again.params)
    run(again, Recorder())
    assert again.params.learning_rate.factor == whole.params.learning_rate.factor == 0.5
    assert_same(variables(again), variables(whole))
