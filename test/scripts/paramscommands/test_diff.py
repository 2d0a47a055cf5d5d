# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""tfaip-params diff prints where two runs differ, and tells by its exit code whether they do."""

import json
from pathlib import Path
from typing import Any

import pytest

from test.conftest import FIXTURES, MODEL_1_2
from tfaip.scripts.params import main
from tfaip.util.errors import UserError

V2 = FIXTURES / "params" / "v2_trainer_params.json"


@pytest.fixture
def changed(tmp_path: Path) -> str:
    params: dict[str, Any] = json.loads(V2.read_text())
    params["epochs"] = 12
    params["current_epoch"] = 1
    params["optimizer"] = {"rho": 0.5, "__cls__": "my.module:Optimizer"}
    params["early_stopping"]["upper_threshold"] = float("inf")
    (tmp_path / "trainer_params.json").write_text(json.dumps(params))
    return str(tmp_path)


def test_equal_runs_print_nothing_and_end_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(V2), str(V2)]) == 0
    assert capsys.readouterr().out == ""


def test_differences_are_an_aligned_table_and_end_with_1(changed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(V2), changed]) == 1
    lines = capsys.readouterr().out.splitlines()
    start = lines[0].index(str(V2))
    assert lines[0].split() == ["parameter", str(V2), changed]
    assert [line[:start].strip() for line in lines[1:]] == [
        "epochs",
        "optimizer.__cls__",
        "optimizer.clip_norm",
        "optimizer.clip_value",
        "optimizer.global_clip_norm",
        "optimizer.momentum",
        "optimizer.epsilon",
        "optimizer.rho",
        "optimizer.centered",
        "early_stopping.upper_threshold",
    ]
    assert lines[1].split() == ["epochs", "7", "12"]
    assert lines[2].split()[1:] == ["tfaip.trainer.optimizer.optimizers:RMSpropOptimizer", "my.module:Optimizer"]
    assert lines[6].split() == ["optimizer.momentum", "0.5", "-"]


def test_state_is_part_of_it_if_asked_for(changed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(V2), changed, "--all"]) == 1
    assert ["current_epoch", "3", "1"] in [line.split() for line in capsys.readouterr().out.splitlines()]


def test_json_is_for_programs(changed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(V2), changed, "--json"]) == 1

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    result = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert (result["a"], result["b"]) == (str(V2), changed)
    found = {entry["path"]: entry for entry in result["differences"]}
    assert found["epochs"] == {"path": "epochs", "a": 7, "b": 12}
    assert found["optimizer.momentum"] == {"path": "optimizer.momentum", "a": 0.5}
    assert found["early_stopping.upper_threshold"]["b"] == "Infinity"
    assert main(["diff", str(V2), str(V2), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["differences"] == []


def test_runs_of_the_published_version_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(MODEL_1_2 / "best"), str(MODEL_1_2 / "run_trainer_params.json")]) == 0
    assert main(["diff", str(MODEL_1_2 / "best"), str(MODEL_1_2 / "export")]) == 0
    assert capsys.readouterr().out == ""


def test_mistakes_are_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing at this path"):
        main(["diff", str(V2), str(tmp_path / "none")])
    with pytest.raises(UserError, match="^B is required"):
        main(["diff", str(V2)])
