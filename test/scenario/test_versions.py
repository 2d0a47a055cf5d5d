# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameter files of every version give the parameters that they always gave."""

import json
from typing import Any

import pytest

from test.conftest import FIXTURES
from test.tinyscenario.scenario import TinyScenario
from tfaip.params.codec import params_to_dict, save_params
from tfaip.params.migrations import SCHEMA_KEY
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.trainer.optimizer.optimizers import RMSpropOptimizer
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserError
from waves.scenario import WaveScenario

PARAMS = FIXTURES / "params"


@pytest.mark.parametrize(("version", "scenario"), [(1, WaveScenario), (2, TinyScenario)])
def test_trainer_and_scenario_parameters_of_each_version_are_read(version: int, scenario: Any) -> None:
    trainer_params, cls = Trainer.parse_trainer_params(str(PARAMS / f"v{version}_trainer_params.json"))
    assert cls is scenario
    assert type(trainer_params) is scenario.trainer_cls().params_cls()
    cls, scenario_params = ScenarioBase.from_path(str(PARAMS / f"v{version}_scenario_params.json"))
    assert cls is scenario
    assert scenario_params.model == trainer_params.scenario.model


def test_values_of_version_2_are_read() -> None:
    params, _ = Trainer.parse_trainer_params(str(PARAMS / "v2_trainer_params.json"))
    assert params.optimizer == RMSpropOptimizer(rho=0.0, momentum=0.5)
    assert (params.epochs, params.current_epoch, params.gen.train.n) == (7, 3, 12)
    assert params.scenario.model.bias is True
    assert params.early_stopping.current == 0.25


def test_dicts_of_each_version_are_read() -> None:
    for name in ("v1_trainer_params.json", "v1_scenario_params.json"):
        stored = json.loads((PARAMS / name).read_text())
        assert WaveScenario.params_from_dict(stored).model.hidden == [12]
        assert ScenarioBase.from_dict(stored)[0] is WaveScenario
    stored = json.loads((PARAMS / "v1_trainer_params.json").read_text())
    assert Trainer.parse_trainer_params(stored)[0].gen.train.n == 1500


def test_written_files_are_read_by_the_classes_themselves(tmp_path: Any) -> None:
    params = TinyScenario.default_trainer_params()
    assert SCHEMA_KEY not in params_to_dict(params)
    assert SCHEMA_KEY not in params.to_dict()
    params.epochs = 3
    save_params(tmp_path / "p.json", params)
    stored = json.loads((tmp_path / "p.json").read_text())
    assert SCHEMA_KEY in stored
    assert type(params).from_dict(stored).epochs == 3
    assert type(params.scenario).from_dict({SCHEMA_KEY: 2, **stored["scenario"]}).model == params.scenario.model


@pytest.mark.parametrize("read", [Trainer.parse_trainer_params, ScenarioBase.from_dict, TinyScenario.params_from_dict])
def test_no_reader_takes_a_later_version(read: Any) -> None:
    stored = json.loads((PARAMS / "v2_trainer_params.json").read_text())
    with pytest.raises(UserError, match="newer version"):
        read({**stored, SCHEMA_KEY: 99})
