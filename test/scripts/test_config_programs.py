# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Configuration files in the programs: every run leaves one that starts the same run again."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tfaip.params.codec import params_to_dict
from tfaip.scripts import lav, predict, resume_training, train, train_from_params
from tfaip.util.errors import UserError

SCENARIO = "waves.scenario:WaveScenario"
SMALL = """
trainer: {epochs: 1, progress_bar_mode: 0, random_seed: 3}
train: {n: 64, batch_size: 8}
val.n: 32
"""
# what differs between two runs of the same configuration
PLACES = ("output_dir", "id")


@pytest.fixture
def small(tmp_path: Path) -> str:
    (tmp_path / "small.yaml").write_text(SMALL)
    return str(tmp_path / "small.yaml")


def params_of(output_dir: Path) -> dict[str, Any]:
    params = json.loads((output_dir / "trainer_params.json").read_text())
    return {
        **{key: value for key, value in params.items() if key not in PLACES},
        "scenario": {key: value for key, value in params["scenario"].items() if key not in PLACES},
    }


def print_config(capsys: pytest.CaptureFixture, main: Any, args: list[str]) -> str:
    capsys.readouterr()
    with pytest.raises(SystemExit) as end:
        main(args)
    assert end.value.code == 0
    return capsys.readouterr().out


def test_the_saved_configuration_starts_the_same_run(tmp_path: Path, small: str) -> None:
    flags = ["--model.hidden", "5", "--optimizer", "RMSprop", "--trainer.output_dir"]
    assert train.run_args(["--config", small, SCENARIO, *flags, str(tmp_path / "a")]) == 0
    saved = yaml.safe_load((tmp_path / "a" / "config.yaml").read_text())
    assert list(saved) == ["tfaip_schema", "trainer"]
    assert saved["trainer"]["optimizer"]["__cls__"] == "RMSprop"
    assert not {"scenario_id", "id", "tfaip_version", "tfaip_commit_hash"} & set(saved["trainer"]["scenario"])
    again = [SCENARIO, "--config", str(tmp_path / "a" / "config.yaml"), "--trainer.output_dir", str(tmp_path / "b")]
    assert train.run_args(again) == 0
    first, second = params_of(tmp_path / "a"), params_of(tmp_path / "b")
    assert first == second
    assert first["gen"]["setup"]["train"]["batch_size"] == 8
    texts = [(tmp_path / name / "config.yaml").read_text().replace(f"/{name}", "/x") for name in "ab"]
    assert texts[0] == texts[1]


def test_a_resumed_run_updates_its_configuration(tmp_path: Path, small: str, capsys: pytest.CaptureFixture) -> None:
    train.run_args([SCENARIO, "--config", small, "--trainer.output_dir", str(tmp_path / "run")])
    before = (tmp_path / "run" / "config.yaml").read_text()
    (tmp_path / "more.yaml").write_text("trainer.epochs: 2\n")
    text = print_config(
        capsys,
        resume_training.main,
        ["--config", str(tmp_path / "more.yaml"), str(tmp_path / "run"), "--print_config", "diff"],
    )
    assert yaml.safe_load(text) == {"tfaip_schema": 2, "trainer": {"epochs": 2}}
    assert (tmp_path / "run" / "config.yaml").read_text() == before
    assert resume_training.main([str(tmp_path / "run"), "--config", str(tmp_path / "more.yaml")]) == 0
    after = (tmp_path / "run" / "config.yaml").read_text()
    assert yaml.safe_load(after)["trainer"]["epochs"] == 2
    assert [line for line in after.splitlines() if "current_epoch" in line] == ["  current_epoch: 0"]
    text = print_config(
        capsys,
        train_from_params.main,
        [str(tmp_path / "run"), "--config", small, "--print_config", "diff"],
    )
    assert yaml.safe_load(text)["trainer"]["epochs"] == 1


def test_a_refused_start_writes_nothing(tmp_path: Path, small: str) -> None:
    output_dir = tmp_path / "run"
    with pytest.raises(UserError):
        train.run_args([SCENARIO, "--config", small, "--train.n", "1", "--trainer.output_dir", str(output_dir)])
    assert not output_dir.exists()
    (tmp_path / "wrong.yaml").write_text("trainer: {epoch: 3}\n")
    with pytest.raises(UserError, match=r"wrong\.yaml:1"):
        train.run_args([SCENARIO, "--config", str(tmp_path / "wrong.yaml"), "--trainer.output_dir", str(output_dir)])
    assert not output_dir.exists()


@pytest.mark.parametrize("order", ["before", "behind", "between"])
def test_the_scenario_may_stand_before_or_behind_the_files(
    tmp_path: Path, small: str, order: str, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "b.yaml").write_text("model: {hidden: [7]}\n")
    files = ["--config", small, str(tmp_path / "b.yaml")]
    lines = {
        "before": [SCENARIO, *files, "--trainer.epochs", "4"],
        "behind": [*files, SCENARIO, "--trainer.epochs", "4"],
        "between": [*files[:2], "--trainer.epochs", "4", SCENARIO, "--config", files[2]],
    }
    text = print_config(capsys, train.run_args, [*lines[order], "--print_config", "diff"])
    found = yaml.safe_load(text)["trainer"]
    assert found["epochs"] == 4
    assert found["scenario"]["model"] == {"hidden": [7]}


@pytest.mark.parametrize("scenario", [SCENARIO, "examples.tutorial.full", "examples.tutorial.min"])
@pytest.mark.parametrize("mode", [[], ["diff"]], ids=["full", "diff"])
def test_printed_configurations_of_real_scenarios_come_back(
    tmp_path: Path, capsys: pytest.CaptureFixture, scenario: str, mode: list[str]
) -> None:
    lines = [
        [],
        ["--trainer.epochs", "3", "--optimizer", "RMSprop", "--optimizer.rho", "0.3", "--trainer.random_seed", "5"],
        ["--learning_rate", "CosineDecay", "--learning_rate.lr", "1e-05", "--train.batch_size", "7", "--device.gpus"],
        [
            "--early_stopping.upper_threshold",
            "inf",
            "--trainer.output_dir",
            "on",
            "--data.pre_proc.run_parallel",
            "False",
        ],
    ]
    for line in lines:
        args = [scenario, *line]
        wanted = train.parse_args(args)[1]
        text = print_config(capsys, train.run_args, [*args, "--print_config", *mode])
        (tmp_path / "config.yaml").write_text(text)
        found = train.parse_args([scenario, "--config", str(tmp_path / "config.yaml")])[1]
        assert params_to_dict(found) == params_to_dict(wanted)


def test_python_runs_leave_their_configuration(tmp_path: Path) -> None:
    from waves.scenario import WaveScenario

    params = WaveScenario.default_trainer_params()
    params.output_dir, params.epochs, params.progress_bar_mode = str(tmp_path / "run"), 1, 0
    params.gen.train.n = params.gen.val.n = 32
    params.scenario.model.hidden = [6, 7]
    WaveScenario.create_trainer(params).train()
    _, found = train.parse_args([SCENARIO, "--config", str(tmp_path / "run" / "config.yaml")])
    assert (found.output_dir, found.epochs, found.gen.train.n) == (params.output_dir, 1, 32)
    assert found.scenario.model.hidden == [6, 7]
    assert not [name for name in os.listdir(tmp_path / "run") if name.startswith(".")]


def test_programs_of_models_read_files(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    from test.tinyscenario.scenario import export_model

    export_model(tmp_path / "model")
    (tmp_path / "a.json").write_text('{"data": {"n": 5}, "lav": {"batch_size": 3}, "pipeline.limit": 4}')
    args = ["--export_dir", str(tmp_path / "model"), "--config", str(tmp_path / "a.json"), "--print_config", "diff"]
    found = yaml.safe_load(print_config(capsys, lav.main, args))
    assert found["lav"] == {"pipeline": {"batch_size": 3, "limit": 4}}
    assert found["data"]["n"] == 5
    (tmp_path / "b.yaml").write_text("predict: {pipeline: {batch_size: 3}}")
    args = ["--export_dir", str(tmp_path / "model"), "--config", str(tmp_path / "b.yaml"), "--print_config", "diff"]
    found = yaml.safe_load(print_config(capsys, predict.main, args))
    assert found["predict"] == {"pipeline": {"batch_size": 3}}
