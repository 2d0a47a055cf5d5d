# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A model directory carries everything, is written whole, and tells what is missing or damaged."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from tfaip.scenario.export import load_exported_model
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.util.errors import UserError
from waves.scenario import WaveScenario

WRITTEN = {"manifest.json", "serve", "scenario_params.json", "net_config.json"}


@pytest.fixture(scope="module")
def scenario() -> WaveScenario:
    scenario = WaveScenario(WaveScenario.default_params())
    scenario.setup_training_graph()
    return scenario


@pytest.fixture
def model_dir(scenario: WaveScenario, tmp_path: Path) -> Path:
    scenario.export(str(tmp_path / "model"))
    return tmp_path / "model"


def batch(n: int = 3) -> np.ndarray:
    return np.random.default_rng(1).normal(size=[n, 16]).astype("float32")


def test_exported_graph_computes_what_the_live_one_does(scenario: WaveScenario, model_dir: Path) -> None:
    exported = load_exported_model(str(model_dir / "serve"))
    live = scenario.root_graph.predict({"x": tf.constant(batch())})
    for name, value in exported({"x": batch()}).items():
        np.testing.assert_allclose(value, live[name], atol=1e-6)


def test_exported_graph_takes_any_batch_size(model_dir: Path) -> None:
    exported = load_exported_model(str(model_dir / "serve"))
    assert [exported({"x": batch(n)})["class"].shape[0] for n in (1, 5)] == [1, 5]
    assert exported.input_specs["x"].shape.as_list() == [None, 16]
    assert set(exported.output_specs) == {"class", "logits", "pred"}


def test_plain_tensorflow_can_call_the_graph_with_a_dict(model_dir: Path) -> None:
    loaded = tf.saved_model.load(str(model_dir / "serve"))
    outputs = loaded({"x": tf.constant(batch())})
    by_signature = loaded.signatures["serving_default"](x=tf.constant(batch()))
    np.testing.assert_array_equal(outputs["pred"], by_signature["pred"])


def test_variables_are_exported_by_their_attribute_path(scenario: WaveScenario, model_dir: Path) -> None:
    variables = load_exported_model(str(model_dir / "serve")).variables
    assert variables is not None
    kernel = next(name for name in variables if name.endswith("hidden/0/kernel"))
    np.testing.assert_array_equal(variables[kernel].numpy(), scenario.graph.hidden[0].kernel.numpy())


def test_parameters_and_description_are_written(model_dir: Path) -> None:
    params = json.loads((model_dir / "scenario_params.json").read_text())
    assert params["scenario_id"] == "waves.scenario:WaveScenario"
    assert params["data"]["resource_base_path"] == "."
    net_config = json.loads((model_dir / "net_config.json").read_text())
    assert net_config["inNodes"]["x"] == {
        "shape": ["?", "16"],
        "dtype": "float32",
        "nodeServe": "serving_default_x:0",
        "__cls__": "tfaip.scenario.scenariobaseparams:NetConfigNodeSpec",
    }
    assert net_config["outNodes"]["class"]["shape"] == ["?"]
    assert net_config["outNodes"]["class"]["nodeServe"] == "StatefulPartitionedCall:0"


def test_export_replaces_the_old_model_and_keeps_other_files(scenario: WaveScenario, model_dir: Path) -> None:
    (model_dir / "notes.txt").write_text("mine")
    (model_dir / "serve" / "old").write_text("old")
    scenario.export(str(model_dir))
    assert set(os.listdir(model_dir)) == {*WRITTEN, "notes.txt"}
    assert not (model_dir / "serve" / "old").exists()


def test_failed_export_leaves_the_old_model(
    scenario: WaveScenario, model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("tfaip.scenario.export.writer.save_params", fail)
    with pytest.raises(OSError, match="no space"):
        scenario.export(str(model_dir))
    assert set(os.listdir(model_dir)) == WRITTEN
    load_exported_model(str(model_dir / "serve"))


def test_scenario_is_found_by_its_model_directory(model_dir: Path) -> None:
    scenario_cls, params = ScenarioBase.from_path(str(model_dir))
    assert scenario_cls is WaveScenario
    assert params.data.resource_base_path == str(model_dir)


@pytest.mark.parametrize("name", ["saved_model.pb", "variables/variables.index"])
def test_missing_file_is_named(model_dir: Path, name: str) -> None:
    os.remove(model_dir / "serve" / name)
    with pytest.raises(UserError, match=name):
        load_exported_model(str(model_dir / "serve"))


@pytest.mark.parametrize(
    "name", ["saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"]
)
def test_damaged_file_without_manifest_gives_one_message(model_dir: Path, name: str) -> None:
    os.remove(model_dir / "manifest.json")
    path = model_dir / "serve" / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UserError, match="cannot be loaded"):
        load_exported_model(str(model_dir / "serve"))


def test_directory_without_parameters_is_told(model_dir: Path) -> None:
    os.remove(model_dir / "scenario_params.json")
    with pytest.raises(FileNotFoundError, match=r"trainer_params.json or scenario_params.json"):
        ScenarioBase.from_path(str(model_dir))


def test_missing_input_is_named(model_dir: Path) -> None:
    with pytest.raises(UserError, match="needs the input 'x'"):
        load_exported_model(str(model_dir / "serve"))({"y": batch()})


def test_model_directory_can_be_moved(model_dir: Path, tmp_path: Path) -> None:
    shutil.move(str(model_dir), str(tmp_path / "elsewhere"))
    load_exported_model(str(tmp_path / "elsewhere" / "serve"))({"x": batch()})
