# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The input gradient regularisation trains what its formula says, whatever the gradients are."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from test.model.parts import PartsGraph, PartsModel, batches, run, training_model
from test.trainer.test_trainer import small_params
from tfaip.model.inputgradient import InputGradientRegularization, unit
from waves.data import WaveData
from waves.scenario import WaveScenario

REGULARIZATION = InputGradientRegularization("x", 0.01, 0.7)


class NormGraph(PartsGraph):
    def __init__(self, params, **kwargs):
        super().__init__(params, **kwargs)
        self.norm = keras.layers.BatchNormalization()

    def build_graph(self, inputs, training=None):
        return super().build_graph({"x": self.norm(inputs["x"], training=training)}, training)


def weights(model) -> list[np.ndarray]:
    return [variable.numpy() for variable in model.trainable_variables]


def expected_weights(model, batch, learning_rate: float) -> list[np.ndarray]:
    """A step of the formula, computed directly."""
    (inputs, targets), r = batch, REGULARIZATION
    x = tf.constant(inputs["x"])

    def loss(value):
        logits = model.root_graph.graph.predict({"x": value})["logits"]
        return tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(targets["gt"][:, 0], logits, True))

    with tf.GradientTape() as tape:
        tape.watch(x)
        value = loss(x)
    gradient = tape.gradient(value, x).numpy()
    norms = np.sqrt((gradient**2).sum(axis=1, keepdims=True))
    moved = x + r.step * np.where(norms > 0, gradient / np.where(norms > 0, norms, 1), 0)
    variables = [variable.value for variable in model.trainable_variables]
    with tf.GradientTape() as tape:
        total = loss(x) + r.weight * ((loss(moved) - loss(x)) / r.step) ** 2
    gradients = tape.gradient(total, variables)
    return [v.numpy() - learning_rate * g.numpy() for v, g in zip(variables, gradients, strict=True)]


@pytest.mark.parametrize("eagerly", [False, True])
def test_a_step_follows_the_formula(eagerly: bool) -> None:
    model = training_model(input_gradient=REGULARIZATION, optimizer=keras.optimizers.SGD(0.5))
    plain = training_model(optimizer=keras.optimizers.SGD(0.5))
    batch = batches([6])[0]
    expected = expected_weights(model, batch, 0.5)
    run(model, "train", [batch], eagerly)
    run(plain, "train", [batch])
    for found, value, other in zip(weights(model), expected, weights(plain), strict=True):
        np.testing.assert_allclose(found, value, atol=2e-5)
        assert np.abs(found - other).max() > 1e-4


def test_a_sample_without_gradient_does_no_harm() -> None:
    keras.utils.set_random_seed(1)
    model = training_model(input_gradient=REGULARIZATION, optimizer=keras.optimizers.SGD(0.5))
    hidden = model.root_graph.graph.hidden
    hidden.kernel.assign(tf.ones_like(hidden.kernel))
    inputs, targets = batches([3])[0]
    inputs["x"][1] = -10  # no unit of the hidden layer is active
    expected = expected_weights(model, (inputs, targets), 0.5)
    run(model, "train", [(inputs, targets)])
    for found, value in zip(weights(model), expected, strict=True):
        assert np.isfinite(found).all()
        # a difference of losses is divided by a step of 0.001
        np.testing.assert_allclose(found, value, atol=2e-4)


@pytest.mark.parametrize("value", [0.0, 1e-30, 1e30])
def test_the_norm_of_a_gradient_is_never_zero_or_infinite(value: float) -> None:
    direction = unit(tf.constant([[value, 0.0], [3 * value, 4 * value]])).numpy()
    np.testing.assert_allclose(direction, [[1, 0], [0.6, 0.8]] if value else np.zeros([2, 2]), atol=1e-6)


def test_metrics_and_statistics_count_a_batch_once() -> None:
    data = batches([5, 3])
    plain = training_model(PartsModel, NormGraph, optimizer=keras.optimizers.SGD(0.0))
    model = training_model(PartsModel, NormGraph, optimizer=keras.optimizers.SGD(0.0), input_gradient=REGULARIZATION)
    assert run(model, "train", data) == pytest.approx(run(plain, "train", data))
    for found, expected in zip(model.non_trainable_variables, plain.non_trainable_variables, strict=True):
        np.testing.assert_allclose(found.numpy(), expected.numpy(), atol=1e-6)


def test_a_training_uses_the_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WaveData, "input_tensor_key_for_regularization", lambda self: "x", raising=False)
    params = small_params(epochs=1)
    plain = WaveScenario.create_trainer(small_params(epochs=1)).train()
    params.scenario.use_input_gradient_regularization = True
    params.scenario.input_gradient_regularization_lambda = 5.0
    regularized = WaveScenario.create_trainer(params).train()
    assert np.isfinite(regularized["loss"])
    assert regularized["val_loss"] != plain["val_loss"]


@pytest.mark.parametrize(("key", "error"), [(None, ValueError), ("y", ValueError), ("n", TypeError)])
def test_the_data_must_name_an_input_that_has_a_gradient(key, error, monkeypatch: pytest.MonkeyPatch) -> None:
    specs = WaveData._input_layer_specs
    monkeypatch.setattr(WaveData, "input_tensor_key_for_regularization", lambda self: key, raising=False)
    monkeypatch.setattr(WaveData, "_input_layer_specs", lambda self: {**specs(self), "n": tf.TensorSpec([1], "int32")})
    params = small_params()
    params.scenario.use_input_gradient_regularization = True
    with pytest.raises(error, match="input"):
        WaveScenario.create_trainer(params).train()
