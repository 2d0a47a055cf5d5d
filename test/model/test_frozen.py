# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Layers that are excluded from the training stay as they are, and the pattern of their paths is checked."""

import logging

import keras
import numpy as np
import pytest

from test.model.parts import N_CLASSES, PartsGraph, PartsParams, batches, run, training_model
from tfaip.model.frozen import freeze_layers
from tfaip.util.errors import UserValueError


class Block(keras.layers.Layer):
    def __init__(self, name):
        super().__init__(name=name)
        self.dense = keras.layers.Dense(5, name="dense")
        self.norm = keras.layers.BatchNormalization(name="norm")
        self.inner = [keras.layers.Dense(5, name="first"), keras.layers.Dense(5, name="second")]

    def call(self, x, training=None):
        x = self.norm(self.dense(x), training=training)
        return self.inner[1](self.inner[0](x))


class BlocksGraph(PartsGraph):
    def __init__(self, params: PartsParams, name="parts", **kwargs):
        super().__init__(params, name=name, **kwargs)
        self.hidden = Block("block_a")
        self.other = Block("block_b")
        self.logits = keras.layers.Dense(N_CLASSES, name="logits")

    def build_graph(self, inputs, training=None):
        outputs = self.other(self.hidden(inputs["x"]))
        logits = self.logits(outputs)
        return {"logits": logits, "class": keras.ops.argmax(logits, axis=-1)}


def changed_layers(pattern: str) -> tuple[set[str], list[str]]:
    """Train with the pattern and return the layers whose variables changed, and what was frozen."""
    model = training_model(graph_cls=BlocksGraph, setup=False)
    model.setup()
    frozen = freeze_layers(model.root_graph, pattern)
    model.compile(optimizer=keras.optimizers.SGD(0.1))
    before = {v.path: v.numpy() for v in model.root_graph.variables}
    run(model, "train", batches([8, 8]))
    changed = {v.path for v in model.root_graph.variables if not np.array_equal(v.numpy(), before[v.path])}
    return {path.partition("parts/")[2].rpartition("/")[0] for path in changed}, frozen


ALL = {f"block_{block}/{layer}" for block in "ab" for layer in ("dense", "norm", "first", "second")} | {"logits"}
BLOCK_A = {path for path in ALL if path.startswith("block_a")}


@pytest.mark.parametrize(
    ("pattern", "frozen"),
    [
        ("parts/block_a", BLOCK_A),
        (".*block_a.*", BLOCK_A),
        (".*/norm", {"block_a/norm", "block_b/norm"}),
        ("parts/block_b/(first|norm)", {"block_b/first", "block_b/norm"}),
        (".*logits", {"logits"}),
    ],
)
def test_weights_and_statistics_of_matching_layers_and_of_those_inside_stay(pattern: str, frozen: set[str]) -> None:
    changed, paths = changed_layers(pattern)
    assert changed == ALL - frozen
    assert "parts/block_a/dense" not in paths


def test_optimizer_and_average_hold_nothing_for_them() -> None:
    model = training_model(graph_cls=BlocksGraph, setup=False)
    model.setup()
    freeze_layers(model.root_graph, "parts/block_.")
    model.compile(optimizer=keras.optimizers.SGD(0.1, momentum=0.9))
    assert len(model.optimizer.variables) == 2 + 2
    assert len(model.updates.variables) == 2


def test_the_log_says_what_is_frozen(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert changed_layers(".*block_a.*")[1] == ["parts/block_a"]
    assert "parts/block_a         105 parameters" in caplog.text
    assert "118 of 233 parameters are trained" in caplog.text


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("logits", r"No layer matches[\s\S]*parts/logits"),
        ("*conv", "no regular expression"),
        (".*", "nothing left to train"),
    ],
)
def test_a_wrong_pattern_is_explained(pattern: str, message: str) -> None:
    with pytest.raises(UserValueError, match=message):
        changed_layers(pattern)
