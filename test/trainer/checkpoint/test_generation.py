# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A checkpoint holds every variable, is complete or not there, and tells what is wrong with it."""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfaip.model.graphbase import GraphBase, RootGraph
from tfaip.model.trainingmodel import TrainingModel
from tfaip.trainer.checkpoint.generation import read_generation, write_generation
from tfaip.trainer.checkpoint.names import checkpoint_sub_dir
from tfaip.trainer.checkpoint.retention import remove_old_generations
from tfaip.trainer.checkpoint.variables import training_variables
from tfaip.util.errors import UserError
from waves.model import WaveModel
from waves.params import WaveModelParams, WaveScenarioParams


class DropoutGraph(GraphBase[WaveModelParams]):
    def __init__(self, params: WaveModelParams, **kwargs: Any):
        super().__init__(params, **kwargs)
        self.hidden = [keras.layers.Dense(params.hidden[0], activation="relu"), keras.layers.BatchNormalization()]
        self.dropout = keras.layers.Dropout(0.5)
        self.logits = keras.layers.Dense(3)

    def build_graph(self, inputs, training=None):
        x = inputs["x"]
        for layer in self.hidden:
            x = layer(x)
        logits = self.logits(self.dropout(x))
        return {"logits": logits, "class": tf.argmax(logits, axis=-1)}


class DropoutModelParams(WaveModelParams):
    @staticmethod
    def cls():
        return WaveModel

    def graph_cls(self):
        return DropoutGraph


def create_model(hidden: int = 8) -> TrainingModel:
    root_graph = RootGraph(DropoutModelParams(hidden=[hidden]))
    specs = {"x": tf.TensorSpec([16], "float32")}, {"gt": tf.TensorSpec([1], "int32")}
    model = TrainingModel(root_graph.model, root_graph, *specs)
    model.setup()
    model.compile(optimizer=keras.optimizers.Adam(0.01))
    return model


def train(model: TrainingModel, steps: int) -> None:
    rng = np.random.default_rng(steps)
    for step in range(steps):
        inputs = {"x": tf.constant(rng.normal(size=[4, 16]), dtype="float32")}
        model.train_on_tensors(inputs, {"gt": tf.constant(rng.integers(0, 3, [4, 1]), dtype="int32")}, step, 0)


def values(model: TrainingModel) -> dict[str, np.ndarray]:
    return {name: variable.value.numpy() for name, variable in training_variables(model).items()}


@pytest.fixture
def params(tmp_path: Path) -> Any:
    trainer_params: Any = SimpleNamespace(
        output_dir=str(tmp_path),
        checkpoint_sub_dir="",
        saved_checkpoint_sub_dir="",
        checkpoint_keep_last=2,
        checkpoint_keep_best=0,
        scenario=WaveScenarioParams(),
    )
    return trainer_params


@pytest.fixture(autouse=True)
def _plain_params_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "tfaip.trainer.checkpoint.generation.save_params", lambda path, params: Path(path).write_text("{}")
    )


def test_checkpoint_restores_every_variable_and_random_state(params: Any) -> None:
    model = create_model()
    train(model, 5)
    folder = os.path.join(params.output_dir, write_generation(model, params, 1))
    saved = values(model)
    assert any("seed" in name for name in saved), "the state of the dropout layer is part of it"

    other = create_model()
    train(other, 2)
    manifest = read_generation(other, folder)
    assert manifest["epoch"] == 1
    assert manifest["step"] == 5
    for name, value in values(other).items():
        np.testing.assert_array_equal(value, saved[name], err_msg=name)


def test_training_goes_on_from_a_checkpoint_as_if_it_was_never_stopped(params: Any) -> None:
    model = create_model()
    train(model, 5)
    folder = os.path.join(params.output_dir, write_generation(model, params, 1))
    train(model, 4)
    resumed = create_model()
    read_generation(resumed, folder)
    train(resumed, 4)
    for name, value in values(model).items():
        np.testing.assert_array_equal(values(resumed)[name], value, err_msg=name)


def test_checkpoint_of_another_model_is_refused_by_name_and_shape(params: Any) -> None:
    folder = os.path.join(params.output_dir, write_generation(create_model(), params, 1))
    with pytest.raises(UserError, match=r"hidden/0/kernel has shape \(16, 8\) instead of \(16, 9\)"):
        read_generation(create_model(hidden=9), folder)


def test_damaged_checkpoint_is_named_and_changes_nothing(params: Any) -> None:
    model = create_model()
    folder = os.path.join(params.output_dir, write_generation(model, params, 1))
    filename = os.path.join(folder, "variables.npz")
    content = bytearray(Path(filename).read_bytes())
    content[len(content) // 2] ^= 255
    Path(filename).write_bytes(content)
    train(model, 1)
    before = values(model)
    with pytest.raises(UserError, match=r"checksum(.|\n)*variables.npz"):
        read_generation(model, folder)
    for name, value in values(model).items():
        np.testing.assert_array_equal(value, before[name])


@pytest.mark.parametrize("name", ["variables.npz", "manifest.json"])
def test_missing_file_of_a_checkpoint_is_named(params: Any, name: str) -> None:
    model = create_model()
    folder = os.path.join(params.output_dir, write_generation(model, params, 1))
    os.remove(os.path.join(folder, name))
    with pytest.raises(UserError, match=name):
        read_generation(model, folder)


def test_broken_manifest_is_named(params: Any) -> None:
    model = create_model()
    folder = os.path.join(params.output_dir, write_generation(model, params, 1))
    Path(folder, "manifest.json").write_text(json.dumps([1, 2]))
    with pytest.raises(UserError, match="manifest"):
        read_generation(model, folder)


def test_failed_write_leaves_the_old_checkpoint(params: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    model = create_model()
    folder = os.path.join(params.output_dir, write_generation(model, params, 1))

    def fail(*args: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("tfaip.trainer.checkpoint.generation.save_params", fail)
    with pytest.raises(OSError, match="no space"):
        write_generation(model, params, 1)
    read_generation(model, folder)
    assert os.listdir(os.path.dirname(folder)) == ["epoch_0001"]


def test_only_the_newest_generations_are_kept(params: Any) -> None:
    model = create_model()
    for epoch in range(1, 5):
        params.saved_checkpoint_sub_dir = write_generation(model, params, epoch)
        remove_old_generations(params)
    assert sorted(os.listdir(os.path.join(params.output_dir, "checkpoint"))) == ["epoch_0003", "epoch_0004"]


def test_pattern_of_the_checkpoint_folder_is_filled_in(params: Any) -> None:
    params.checkpoint_sub_dir = "checkpoint/checkpoint_{epoch:04d}"
    assert checkpoint_sub_dir(params, 7) == "checkpoint/checkpoint_0007"
    params.checkpoint_sub_dir = "{step}"
    with pytest.raises(UserError, match="checkpoint_sub_dir"):
        checkpoint_sub_dir(params, 7)


def test_half_precision_weights_are_restored(params: Any) -> None:
    keras.config.set_dtype_policy("bfloat16")
    try:
        model, other = create_model(), create_model()
    finally:
        keras.config.set_dtype_policy("float32")
    folder = os.path.join(params.output_dir, write_generation(model, params, 1))
    read_generation(other, folder)
    assert any(value.dtype.name == "bfloat16" for value in values(model).values())
    for name, value in values(model).items():
        np.testing.assert_array_equal(values(other)[name], value, err_msg=name)


def test_generations_are_ordered_by_number(params: Any) -> None:
    model = create_model()
    for epoch in (9999, 10000, 10001):
        params.saved_checkpoint_sub_dir = write_generation(model, params, epoch)
        remove_old_generations(params)
    assert sorted(os.listdir(os.path.join(params.output_dir, "checkpoint"))) == ["epoch_10000", "epoch_10001"]
