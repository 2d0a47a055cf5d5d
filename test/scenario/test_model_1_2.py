# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A scenario and a model of tfaip 1.2 work unchanged: predictions and evaluation as the published framework gave."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from test.conftest import MODEL_1_2
from tfaip import LAVParams, PredictorParams
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.trainer.trainer import Trainer
from waves.params import WaveGeneratorParams
from waves.scenario import WaveScenario

REFERENCE = json.loads((MODEL_1_2 / "reference.json").read_text())


@pytest.mark.parametrize("name", ["best", "export"])
def test_old_model_predicts_as_the_published_framework_did(name: str) -> None:
    predictor = WaveScenario.create_predictor(str(MODEL_1_2 / name), PredictorParams(silent=True, progress_bar=False))
    samples = list(predictor.predict(WaveGeneratorParams(**REFERENCE["generator"])))
    assert len(samples) == len(REFERENCE["predictions"])
    for sample, expected in zip(samples, REFERENCE["predictions"], strict=True):
        np.testing.assert_allclose(sample.inputs["x"], expected["x"], atol=1e-6)
        np.testing.assert_allclose(sample.outputs["pred"], expected["pred"], atol=1e-6)
        assert int(sample.outputs["class"]) == expected["class"]
        assert sample.outputs["name"] == expected["name"]
        assert sample.meta["index"] == expected["index"]


def test_old_model_is_evaluated_as_the_published_framework_did() -> None:
    path = str(MODEL_1_2 / "best")
    scenario_cls, scenario_params = ScenarioBase.from_path(path)
    lav = scenario_cls.create_lav(LAVParams(model_path=path, silent=True), scenario_params)
    (result,) = lav.run([WaveGeneratorParams(**REFERENCE["lav"]["generator"])])
    expected: dict[str, Any] = REFERENCE["lav"]["result"]
    for key in ("acc", "eval_acc"):
        assert result[key] == pytest.approx(expected[key], abs=1e-6)


def test_old_trainer_parameters_are_read() -> None:
    params, scenario_cls = Trainer.parse_trainer_params(str(MODEL_1_2 / "run_trainer_params.json"))
    assert scenario_cls is WaveScenario
    assert params.ema_decay == 0.9
    assert params.gen.train.n == 1500
    assert params.early_stopping.current == pytest.approx(0.83)


def test_old_scenario_trains_to_the_accuracy_of_the_published_framework(tmp_path: Path) -> None:
    params = WaveScenario.default_trainer_params()
    params.output_dir = str(tmp_path)
    params.progress_bar_mode = 0
    logs = WaveScenario.create_trainer(params).train()
    assert logs["val_acc"] > 0.75
    assert params.current_epoch == 8
