# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""An exported graph needs TensorFlow only: any machine, any program, any of its graphs."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from paiargparse import pai_dataclass

from test.tinyscenario.model import TinyModel
from test.tinyscenario.params import TinyModelParams, TinyPipelineParams, TinyScenarioParams
from test.tinyscenario.scenario import TinyScenario
from tfaip.model.graphbase import GraphBase
from tfaip.scenario.export import load_exported_model
from tfaip.scenario.export.manifest import read_manifest
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.util.errors import UserError


class ManyGraph(GraphBase[TinyModelParams]):
    """A recurrent layer of each kind, a lookup table, a text, a tensor of any length."""

    def __init__(self, params: Any, name: str = "many", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.lstm = keras.layers.LSTM(3, return_sequences=True)
        self.gru = keras.layers.GRU(2)
        self.names = keras.layers.StringLookup(vocabulary=["low", "high"], invert=True, num_oov_indices=0)
        self.traced_with: list[Any] = []
        self.traced_for_export: list[Any] = []

    def build_graph(self, inputs: Any, training: Any = None) -> Any:
        self.traced_with.append((self.lstm.use_cudnn, self.gru.use_cudnn))
        steps = self.lstm(inputs["x"][..., tf.newaxis])
        pred = tf.nn.softmax(self.gru(steps))
        label = tf.argmax(pred, axis=-1)
        return {"pred": pred, "class": label, "text": self.names(label), "steps": steps}


class ManyModel(TinyModel):
    def _export_graphs(self, inputs: Any, outputs: Any, targets: Any) -> dict[str, keras.Model]:
        encoder = keras.Model(inputs=inputs, outputs={"steps": outputs["steps"]})
        return {"default": keras.Model(inputs=inputs, outputs=outputs), "encoder": encoder}


@pai_dataclass
@dataclass
class ManyModelParams(TinyModelParams):
    @staticmethod
    def cls() -> Any:
        return ManyModel

    def graph_cls(self) -> Any:
        return ManyGraph


@pai_dataclass
@dataclass
class ManyScenarioParams(TinyScenarioParams):
    pass


class ManyScenario(ScenarioBase[ManyScenarioParams, TinyPipelineParams]):
    @classmethod
    def default_params(cls) -> Any:
        params = super().default_params()
        params.model = ManyModelParams()
        return params

    @classmethod
    def data_cls(cls) -> Any:
        return TinyScenario.data_cls()


@pytest.fixture(scope="module")
def scenario() -> ManyScenario:
    scenario = ManyScenario(ManyScenario.default_params())
    scenario.setup_training_graph()
    return scenario


@pytest.fixture(scope="module")
def model_dir(scenario: ManyScenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "model"
    # as on a machine with a GPU, where keras may choose its kernels
    scenario.graph.lstm.use_cudnn = scenario.graph.gru.use_cudnn = "auto"
    assert scenario.keras_predict_model is not None
    scenario.graph.traced_with.clear()
    scenario.export(str(path))
    scenario.graph.traced_for_export = list(scenario.graph.traced_with)
    return path


X = np.asarray([[1.0, -2.0], [0.5, 0.25]], "float32")


def test_a_process_without_tfaip_calls_the_graph_with_a_dictionary(
    scenario: ManyScenario, model_dir: Path, tmp_path: Path
) -> None:
    code = (
        "import sys\n"
        "sys.modules['tfaip'] = sys.modules['keras'] = None\n"
        "import numpy as np, tensorflow as tf\n"
        "loaded = tf.saved_model.load(sys.argv[1])\n"
        "x = tf.constant(np.load(sys.argv[2]))\n"
        "outputs = loaded({'x': x})\n"
        "by_name = loaded.signatures['serving_default'](x=x)\n"
        "assert sorted(outputs) == sorted(by_name) == ['class', 'pred', 'steps', 'text']\n"
        "for name in outputs:\n"
        "    assert (outputs[name].numpy() == by_name[name].numpy()).all(), name\n"
        "assert set(outputs['text'].numpy()) <= {b'low', b'high'}\n"
        "assert loaded({'x': x[:1]})['pred'].shape == (1, 2)\n"
        "np.save(sys.argv[3], outputs['pred'].numpy())\n"
    )
    np.save(tmp_path / "x.npy", X)
    command = [sys.executable, "-P", "-c", code, str(model_dir / "serve"), str(tmp_path / "x.npy")]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    result = subprocess.run(
        [*command, str(tmp_path / "pred.npy")], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    live = scenario.root_graph.predict({"x": tf.constant(X)})
    np.testing.assert_allclose(np.load(tmp_path / "pred.npy"), live["pred"], atol=1e-6)


def test_every_graph_is_written_and_in_the_manifest(scenario: ManyScenario, model_dir: Path) -> None:
    manifest = read_manifest(str(model_dir))
    assert manifest is not None
    assert manifest.graphs == {"default": "serve", "encoder": "additional/encoder"}
    encoder = load_exported_model(str(model_dir / "additional" / "encoder"))
    live = scenario.root_graph.predict({"x": tf.constant(X)})
    assert set(encoder.output_specs) == {"steps"}
    np.testing.assert_allclose(encoder({"x": X})["steps"], live["steps"], atol=1e-6)


def test_a_damaged_further_graph_is_named(model_dir: Path) -> None:
    path = model_dir / "additional" / "encoder" / "saved_model.pb"
    content = path.read_bytes()
    try:
        path.write_bytes(content[:-1])
        with pytest.raises(UserError, match="encoder"):
            load_exported_model(str(path.parent))
    finally:
        path.write_bytes(content)


def test_no_kernel_is_exported_that_needs_a_gpu(scenario: ManyScenario, model_dir: Path) -> None:
    assert set(scenario.graph.traced_for_export) == {(False, False)}
    assert scenario.graph.lstm.use_cudnn == scenario.graph.gru.use_cudnn == "auto"
    for path in model_dir.rglob("saved_model.pb"):
        assert b"Cudnn" not in path.read_bytes()
