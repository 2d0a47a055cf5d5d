# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters to compare are found in runs, models and files, and read without importing anything."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from test.conftest import FIXTURES, MODEL_1_2
from tfaip.params.diff import diff_files, load_params
from tfaip.scripts.paramscommands.framework import framework
from tfaip.util.errors import UserError

FRAMEWORK = framework()
V2 = FIXTURES / "params" / "v2_trainer_params.json"


def test_runs_models_and_files_are_found(tmp_path: Path) -> None:
    assert load_params(str(MODEL_1_2 / "best")).filename == str(MODEL_1_2 / "best" / "trainer_params.json")
    assert load_params(str(MODEL_1_2 / "export")).filename == str(MODEL_1_2 / "export" / "scenario_params.json")
    assert load_params(str(V2)).filename == str(V2)
    (tmp_path / "checkpoint" / "checkpoint_0003").mkdir(parents=True)
    state = tmp_path / "checkpoint" / "checkpoint_0003" / "trainer_params.json"
    shutil.copy(V2, state)
    assert load_params(str(tmp_path)).filename == str(state)


def test_trees_are_of_the_present_version() -> None:
    assert (load_params(str(MODEL_1_2 / "best")).tree or {})["__cls__"] == "tfaip.trainer.params:TrainerParams"


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "not valid JSON"), ("[1]", "holds no object"), ('{"tfaip_schema": 99}', "newer version")],
)
def test_files_that_hold_no_parameters_are_named(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(UserError, match=rf"{message}(.|\n)*x.json"):
        load_params(str(tmp_path / "x.json"))


def test_places_without_parameters_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing at this path"):
        load_params(str(tmp_path / "none"))
    with pytest.raises(UserError, match="holds no parameters"):
        load_params(str(tmp_path))


def test_nothing_that_a_file_names_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = f"open({str(tmp_path / 'executed')!r}, 'w').close()"
    (tmp_path / "hostile_module.py").write_text(trap)
    monkeypatch.syspath_prepend(tmp_path)
    params: dict[str, Any] = json.loads(V2.read_text())
    params["optimizer"]["__cls__"] = "hostile_module:Optimizer"
    params["scenario"]["scenario_id"] = "hostile_module:Scenario"
    (tmp_path / "hostile.json").write_text(json.dumps(params))
    paths = [d.path for d in diff_files(str(V2), str(tmp_path / "hostile.json"), FRAMEWORK)]
    assert paths == ["optimizer.__cls__", "scenario.scenario_id"]
    assert not (tmp_path / "executed").exists()
    assert "hostile_module" not in sys.modules


def test_configuration_is_compared_where_it_says_something(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"trainer": {"epochs": 7}, "model": {"bias": False}, "optimizer": "RMSprop"}))
    (difference,) = diff_files(str(config), str(V2), FRAMEWORK)
    assert (difference.path, difference.a, difference.b) == ("scenario.model.bias", False, True)
    (difference,) = diff_files(str(V2), str(config), FRAMEWORK)
    assert (difference.path, difference.a, difference.b) == ("scenario.model.bias", True, False)


def test_yaml_configuration_is_compared(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        "tfaip_schema: 2\n"
        "trainer:\n"
        "  epochs: 7\n"
        "optimizer: RMSprop\n"
        "optimizer.rho: 0.25\n"
        "data:\n"
        "  pre_proc.processors:\n"
        "    0: {factor: 2, modes: [training, targets, prediction, evaluation]}\n"
    )
    found = [(d.path, d.a, d.b) for d in diff_files(str(V2), str(config), FRAMEWORK)]
    assert found == [("optimizer.rho", 0.0, 0.25), ("scenario.data.pre_proc.processors.0.factor", 1.0, 2)]
    assert [(d.path, d.b, d.a) for d in diff_files(str(config), str(V2), FRAMEWORK)] == found


def test_yaml_mistakes_are_told_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("trainer:\n  epochs: 1\n  epochs: 2\n")
    with pytest.raises(UserError, match=r"config.yaml:3"):
        load_params(str(tmp_path / "config.yaml"))


@pytest.mark.parametrize(
    "text",
    [
        '{"scenario": ' * 120 + "1" + "}" * 120,
        '{"scenario": ' * 900 + "1" + "}" * 900,
        "[" * 200_000,
        '{"trainer": {"' + "a." * 2000 + 'b": 1}}',
        '{"scenario": ' + "9" * 10_000 + "}",
    ],
    ids=["deep", "deeper", "no end", "dotted", "digits"],
)
def test_a_file_that_overtaxes_the_reader_is_a_message(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(UserError, match="nested too deeply|cannot be read"):
        load_params(str(tmp_path / "a.json"))
