# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The newest and the best checkpoints are kept."""

import json
import os
from pathlib import Path
from typing import Any, Optional

import pytest

from test.trainer.resume.stopped import params_of
from tfaip.trainer.checkpoint.retention import monitored_value, remove_old_generations
from waves.model import WaveModel
from waves.scenario import WaveScenario

VALUES = [0.5, 0.9, None, 0.9, 0.1, 0.6]


def write(root: Path, number: int, value: Optional[float], monitor: str = "val_acc") -> None:
    folder = root / "checkpoint" / f"epoch_{number:04d}"
    folder.mkdir(parents=True)
    monitored = {} if value is None else {"monitored": {"name": monitor, "value": value}}
    (folder / "manifest.json").write_text(json.dumps({"epoch": number, **monitored}))


@pytest.mark.parametrize(
    ("last", "best", "mode", "kept"),
    [
        (2, 0, "max", [5, 6]),
        (1, 0, "max", [6]),
        (0, 0, "max", [1, 2, 3, 4, 5, 6]),
        (1, 1, "max", [2, 6]),
        (1, 2, "max", [2, 4, 6]),
        (1, 3, "max", [2, 4, 6]),
        (1, 2, "min", [1, 5, 6]),
        (2, 9, "max", [1, 2, 4, 5, 6]),
    ],
)
def test_newest_and_best_are_kept_and_of_equal_ones_the_earlier(
    tmp_path: Path, last: int, best: int, mode: str, kept: list[int]
) -> None:
    params = params_of(tmp_path, checkpoint_keep_last=last, checkpoint_keep_best=best)
    params.early_stopping.mode, params.early_stopping.monitor = mode, "val_acc"
    for number, value in enumerate(VALUES, start=1):
        write(tmp_path, number, value)
    (tmp_path / "checkpoint" / "epoch_0003_damaged").mkdir()
    remove_old_generations(params)
    names = [f"epoch_{number:04d}" for number in kept] + ["epoch_0003_damaged"]
    assert sorted(os.listdir(tmp_path / "checkpoint")) == sorted(names)


def test_value_of_something_else_or_a_damaged_manifest_keeps_nothing(tmp_path: Path) -> None:
    params = params_of(tmp_path, checkpoint_keep_last=1, checkpoint_keep_best=3)
    params.early_stopping.mode, params.early_stopping.monitor = "max", "val_acc"
    write(tmp_path, 1, 1.0, monitor="val_ce")
    write(tmp_path, 2, 1.0)
    (tmp_path / "checkpoint" / "epoch_0002" / "manifest.json").write_text("[")
    write(tmp_path, 3, 0.5)
    remove_old_generations(params)
    assert os.listdir(tmp_path / "checkpoint") == ["epoch_0003"]


@pytest.mark.parametrize(("logs", "value"), [({"val_acc": 0.5}, 0.5), ({}, None), ({"val_acc": float("nan")}, None)])
def test_value_that_is_not_there_is_none(logs: dict[str, Any], value: Optional[float]) -> None:
    params = params_of(None)
    params.early_stopping.monitor = "val_acc"
    assert (monitored_value(params, logs) or {}).get("value") == value


@pytest.mark.slow
def test_training_keeps_its_best_checkpoint(tmp_path: Path) -> None:
    params = params_of(tmp_path / "run", checkpoint_keep_last=1, checkpoint_keep_best=1, epochs=4)
    params.learning_rate.lr = 0.0
    WaveScenario.create_trainer(params).train()
    # all are equal: the first one is the best
    assert sorted(os.listdir(tmp_path / "run" / "checkpoint")) == ["epoch_0001", "epoch_0004"]


def test_a_training_keeps_the_checkpoint_that_load_and_validate_calls_the_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WaveModel, "_best_logging_settings", lambda self: ("max", "lav_l0_eval_acc"))
    params = params_of(tmp_path / "run", checkpoint_keep_last=1, checkpoint_keep_best=1, lav_every_n=1)
    params.learning_rate.lr = 0.0
    WaveScenario.create_trainer(params).train()
    # all are equal: the first one is the best
    assert sorted(os.listdir(tmp_path / "run" / "checkpoint")) == ["epoch_0001", "epoch_0003"]
