# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Losses and metrics over batches of different sizes are those of ``keras.Model.evaluate`` and of NumPy."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from test.model.parts import PartsGraph, PartsModel, run, training_model

LENGTHS = [1, 5, 2, 4, 3, 5, 1]
N, T, WORDS, CLASSES = len(LENGTHS), 5, 7, 3
BATCH_SIZE = 3  # 3, 3, 1
SPECS = {"words": tf.TensorSpec([T], "int32"), "length": tf.TensorSpec([1], "int32")}
TARGETS = {
    "gt": tf.TensorSpec([T], "int32"),
    "value": tf.TensorSpec([1], "float32"),
    "weight": tf.TensorSpec([1], "float32"),
}


def make_samples() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    random = np.random.RandomState(3)
    mask = np.arange(T) < np.array(LENGTHS)[:, None]
    words = np.where(mask, random.randint(1, WORDS, (N, T)), 0).astype("int32")
    gt = np.where(mask, random.randint(CLASSES, size=(N, T)), 0).astype("int32")
    value = random.normal(size=(N, 1)).astype("float32")
    weight = random.uniform(0, 3, size=(N, 1)).astype("float32")
    return (
        {"words": words, "length": np.array(LENGTHS, "int32")[:, None]},
        {"gt": gt, "value": value, "weight": weight},
    )


INPUTS, GIVEN = make_samples()
MASK = INPUTS["words"] > 0


def in_batches() -> list[Any]:
    return [
        tuple({key: array[i : i + BATCH_SIZE] for key, array in part.items()} for part in (INPUTS, GIVEN))
        for i in range(0, N, BATCH_SIZE)
    ]


class SequenceGraph(PartsGraph):
    """Words to classes of each word and a value of all, with a mask that Keras carries along."""

    def __init__(self, params, **kwargs):
        super().__init__(params, **kwargs)
        self.embedding = keras.layers.Embedding(WORDS, 4, mask_zero=True)
        self.hidden = keras.layers.Dense(4, activation="tanh")
        self.classes = keras.layers.Dense(CLASSES, activation="softmax")
        self.mean = keras.layers.GlobalAveragePooling1D()
        self.value = keras.layers.Dense(1)

    def build_graph(self, inputs, training=None):
        states = self.hidden(self.embedding(inputs["words"]))
        return {"classes": self.classes(states), "value": self.value(self.mean(states))}


class WithMasksOfKeras(PartsModel):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cross_entropy = keras.losses.SparseCategoricalCrossentropy()
        self.squared = keras.losses.MeanSquaredError()
        self.tokens = keras.metrics.SparseCategoricalAccuracy(name="tokens")
        self.error = keras.metrics.MeanAbsoluteError(name="error")
        self.auc = keras.metrics.AUC(name="auc")

    def _loss(self, inputs, targets, outputs):
        return {
            "classes": self.cross_entropy(targets["gt"], outputs["classes"]),
            "value": self.squared(targets["value"], outputs["value"]),
        }

    def _loss_weights(self):
        return {"classes": 0.25, "value": 3.0}

    def _metric(self, inputs, targets, outputs):
        return [
            self.tokens(targets["gt"], outputs["classes"]),
            self.error(targets["value"], outputs["value"]),
            self.auc(targets["value"] > 0, tf.sigmoid(outputs["value"])),
        ]


class WithSampleWeights(WithMasksOfKeras):
    def _loss(self, inputs, targets, outputs):
        return {"value": self.squared(targets["value"], outputs["value"], sample_weight=targets["weight"])}

    def _loss_weights(self):
        return {"value": 3.0}

    def _metric(self, inputs, targets, outputs):
        return [self.error(targets["value"], outputs["value"], sample_weight=targets["weight"][:, 0])]


class ByHand(WithMasksOfKeras):
    """Masks and weights that the hooks apply themselves."""

    def _loss(self, inputs, targets, outputs):
        mask = tf.cast(tf.sequence_mask(inputs["length"][:, 0], T), tf.float32)
        losses = tf.keras.losses.sparse_categorical_crossentropy(targets["gt"], outputs["classes"])
        of_sequence = tf.reduce_sum(losses * mask, axis=-1) / tf.reduce_sum(mask, axis=-1)
        return {"sequences": of_sequence, "weighted": tf.expand_dims(of_sequence, -1) * targets["weight"]}

    def _loss_weights(self):
        return {"weighted": 0.5}

    def _metric(self, inputs, targets, outputs):
        mask = tf.sequence_mask(inputs["length"][:, 0], T)
        right = tf.cast(targets["gt"], tf.int64) == tf.argmax(outputs["classes"], -1)
        all_right = tf.reduce_all(tf.logical_or(right, tf.logical_not(mask)), axis=-1)
        weights = tf.cast(mask, tf.float32)
        return {
            "tokens": self.tokens(targets["gt"], outputs["classes"], sample_weight=weights),
            "sequences_right": all_right,
            "length": inputs["length"],
        }


def values_of(model_cls: type, method: str) -> tuple[Any, dict[str, Any]]:
    optimizer = keras.optimizers.SGD(0.0)  # the weights stay
    model = training_model(model_cls, SequenceGraph, SPECS, TARGETS, optimizer=optimizer)
    return model, run(model, method, in_batches())


def keras_model(model: Any, **compile_args: Any) -> keras.Model:
    """The same network with the same weights as a plain keras model."""
    words = keras.Input([T], dtype="int32")
    graph = model.root_graph.graph
    states = graph.hidden(graph.embedding(words))
    outputs = {"classes": graph.classes(states), "value": graph.value(graph.mean(states))}
    plain = keras.Model(words, outputs)
    plain.compile(**compile_args)
    return plain


@pytest.mark.parametrize("method", ["train", "test"])
def test_weighted_losses_and_metrics_with_masks_are_those_of_evaluate(method: str) -> None:
    model, logs = values_of(WithMasksOfKeras, method)
    reference = keras_model(
        model,
        loss={"classes": keras.losses.SparseCategoricalCrossentropy(), "value": keras.losses.MeanSquaredError()},
        loss_weights={"classes": 0.25, "value": 3.0},
        metrics={
            "classes": [keras.metrics.SparseCategoricalAccuracy(name="tokens")],
            "value": [keras.metrics.MeanAbsoluteError(name="error")],
        },
    ).evaluate(
        INPUTS["words"],
        {"classes": GIVEN["gt"], "value": GIVEN["value"]},
        batch_size=BATCH_SIZE,
        return_dict=True,
        verbose=0,
    )
    assert logs["loss"] == pytest.approx(reference["loss"], rel=1e-5)
    assert logs["loss/mean_epoch"] == pytest.approx(reference["loss"], rel=1e-5)
    # evaluate() gives the single losses as means of batches, whatever their sizes
    assert 0.25 * logs["classes"] + 3 * logs["value"] == pytest.approx(reference["loss"], rel=1e-5)
    assert logs["tokens"] == pytest.approx(reference["classes_tokens"], rel=1e-5)
    assert logs["error"] == pytest.approx(reference["value_error"], rel=1e-5)
    # padding counts neither as right nor as wrong
    outputs = model.root_graph.graph.predict({"words": tf.constant(INPUTS["words"])})
    assert logs["value"] == pytest.approx(float(np.mean((GIVEN["value"] - outputs["value"]) ** 2)), rel=1e-5)
    right = GIVEN["gt"] == np.argmax(outputs["classes"], -1)
    assert logs["tokens"] == pytest.approx(right[MASK].mean(), rel=1e-5)
    whole = keras.metrics.AUC()
    whole.update_state(GIVEN["value"] > 0, tf.sigmoid(outputs["value"]))
    assert logs["auc"] == pytest.approx(float(whole.result()), rel=1e-5)


@pytest.mark.parametrize("method", ["train", "test"])
def test_sample_weights_are_those_of_evaluate(method: str) -> None:
    model, logs = values_of(WithSampleWeights, method)
    words, graph = keras.Input([T], dtype="int32"), model.root_graph.graph
    plain = keras.Model(words, graph.value(graph.mean(graph.hidden(graph.embedding(words)))))
    plain.compile(
        loss=keras.losses.MeanSquaredError(), weighted_metrics=[keras.metrics.MeanAbsoluteError(name="error")]
    )
    reference = plain.evaluate(
        INPUTS["words"], GIVEN["value"], BATCH_SIZE, sample_weight=GIVEN["weight"][:, 0], return_dict=True, verbose=0
    )
    difference = GIVEN["value"] - plain(INPUTS["words"]).numpy()
    exact = (GIVEN["weight"] * difference**2).mean()
    assert logs["value"] == pytest.approx(exact, rel=1e-5)
    assert logs["loss"] == pytest.approx(3 * exact, rel=1e-5)
    assert logs["error"] == pytest.approx(reference["error"], rel=1e-5)
    # Keras divides by the sum of the weights here, as the metric does


@pytest.mark.parametrize("method", ["train", "test"])
def test_tensors_by_sample_are_those_of_numpy(method: str) -> None:
    model, logs = values_of(ByHand, method)
    outputs = model.root_graph.graph.predict({"words": tf.constant(INPUTS["words"])})["classes"].numpy()
    chosen = np.take_along_axis(outputs, GIVEN["gt"][..., None], -1)[..., 0].astype("float64")
    losses = (-np.log(chosen) * MASK).sum(-1) / MASK.sum(-1)
    right = np.argmax(outputs, -1) == GIVEN["gt"]
    weighted = (losses * GIVEN["weight"][:, 0]).mean()
    assert logs["sequences"] == pytest.approx(losses.mean(), rel=1e-5)
    assert logs["weighted"] == pytest.approx(weighted, rel=1e-5)
    assert logs["loss"] == pytest.approx(losses.mean() + 0.5 * weighted, rel=1e-5)
    assert logs["tokens"] == pytest.approx(right[MASK].mean(), rel=1e-5)
    assert logs["sequences_right"] == pytest.approx((right | ~MASK).all(-1).mean(), rel=1e-5)
    assert logs["length"] == pytest.approx(np.mean(LENGTHS), rel=1e-6)


def test_gradients_of_masked_and_weighted_losses_are_those_of_fit() -> None:
    model = training_model(WithMasksOfKeras, SequenceGraph, SPECS, TARGETS, optimizer=keras.optimizers.SGD(0.5))
    start = [variable.numpy() for variable in model.trainable_variables]
    losses = {"classes": keras.losses.SparseCategoricalCrossentropy(), "value": keras.losses.MeanSquaredError()}
    plain = keras_model(
        model, optimizer=keras.optimizers.SGD(0.5), loss=losses, loss_weights={"classes": 0.25, "value": 3.0}
    )
    plain.fit(INPUTS["words"], {"classes": GIVEN["gt"], "value": GIVEN["value"]}, 3, 1, 0, shuffle=False)
    expected = [variable.numpy() for variable in model.trainable_variables]
    for variable, value in zip(model.trainable_variables, start, strict=True):
        variable.assign(value)
    run(model, "train", in_batches())
    for variable, value, before in zip(model.trainable_variables, expected, start, strict=True):
        np.testing.assert_allclose(variable.numpy(), value, atol=1e-5)
        assert np.abs(value - before).max() > 1e-4
