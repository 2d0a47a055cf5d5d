# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A training tells what it is, what its model is, and how to go on."""

import logging
import subprocess
from pathlib import Path
from typing import Any

import pytest

from test.trainer.test_trainer import small_params
from tfaip.trainer.display.facts import describe_run
from tfaip.trainer.display.modeltable import format_layers
from tfaip.trainer.display.view import View
from tfaip.util.versioning import code_version
from waves.scenario import WaveScenario


class Recording(View):
    """Keeps what it is told."""

    def __init__(self, replaces_log: bool = False) -> None:
        self.replaces_log = replaces_log
        self.told: dict[str, Any] = {}
        self.epochs: list[Any] = []
        self.is_closed = False

    def facts(self, facts, rows):
        self.told["facts"] = facts

    def differences(self, changes, lines):
        self.told["differences"] = list(lines)

    def model(self, layers, lines):
        self.told["model"] = list(layers)

    def end_epoch(self, progress):
        self.epochs.append(progress)

    def end(self, facts, rows):
        self.told["end"] = (facts, dict(rows))

    def close(self):
        self.is_closed = True


def train(view: View, **changes: Any) -> None:
    trainer = WaveScenario.create_trainer(small_params(**changes))
    trainer.view = view
    trainer.train()


def test_a_training_tells_its_facts_its_model_and_its_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    view = Recording()
    caplog.set_level(logging.INFO)
    train(view, output_dir=str(tmp_path / "a run"), random_seed=7, lav_every_n=1)
    facts = view.told["facts"]
    assert facts["scenario"] == "waves.scenario:WaveScenario"
    assert facts["random_seed"] == 7
    assert facts["precision"] == "float32"
    assert set(facts["versions"]) == {"tfaip", "tensorflow", "keras", "numpy", "python"}
    assert "trainer.random_seed: 3 → 7" in view.told["differences"]
    assert not [line for line in view.told["differences"] if "export_best" in line]
    layers = view.told["model"]
    assert sum(layer["values"] for layer in layers) == sum(layer["trained"] for layer in layers) > 0
    end, rows = view.told["end"]
    assert end["status"] == "finished"
    assert end["best"]["monitor"] == "val_acc"
    assert Path(end["best"]["model"]).is_dir()
    assert Path(end["last"]).is_dir()
    assert Path(end["checkpoint"]).is_dir()
    assert rows["resume"] == f"tfaip-resume-training '{tmp_path / 'a run'}' --trainer.epochs 4"
    assert rows["evaluate"] == f"tfaip-lav --export_dir '{tmp_path / 'a run' / 'best'}'"
    assert rows["predict"].startswith(f"tfaip-predict --export_dir '{tmp_path / 'a run' / 'best'}'")
    assert view.is_closed
    # values that other callbacks added are in the results of the epoch, too
    assert "lav_l0_acc" in view.epochs[-1].values
    assert view.epochs[0].best.is_new
    assert view.epochs[0].samples_per_second is None or view.epochs[0].samples_per_second > 0
    logged = "\n".join(caplog.messages)
    assert "seed       7" in logged
    assert "total" in logged


def test_what_the_terminal_shows_is_in_the_log_file_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tfaip.scripts.training import run_trainer
    from tfaip.util.logging import setup_logging

    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    setup_logging()
    trainer = WaveScenario.create_trainer(small_params(output_dir=str(tmp_path / "run"), epochs=1))
    run_trainer(trainer, append_log=False, view=Recording(replaces_log=True))
    shown = capsys.readouterr().err
    log = (tmp_path / "run" / "train.log").read_text()
    assert "Exported the model" in shown
    for line in ["Results of epoch    1", "scenario   waves.scenario:WaveScenario", "Not the default: trainer.epochs"]:
        assert line in log
        assert line not in shown


def test_a_failed_training_leaves_the_terminal_as_it_was() -> None:
    view = Recording()
    params = small_params()
    params.gen.val.n = 0
    with pytest.raises(ValueError, match="no validation sample"):
        train(view, gen=params.gen)
    assert view.is_closed


def test_frozen_variables_are_not_trained_in_the_table() -> None:
    rows = [
        {"layer": "graph/a", "variables": {"kernel": [2, 3], "bias": [3]}, "values": 9, "trained": 9},
        {"layer": "graph/norm", "variables": {"moving_mean": [3000]}, "values": 3000, "trained": 0},
    ]
    assert [line.split() for line in format_layers(rows)] == [
        ["layer", "variables", "values", "trained"],
        ["graph/a", "kernel", "2x3,", "bias", "3", "9", "9"],
        ["graph/norm", "moving_mean", "3000", "3,000", "0"],
        ["total", "3,009", "9"],
    ]


def git(folder: Path, *args: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", *identity, *args], cwd=folder, check=True, capture_output=True)


def test_the_version_of_a_tracked_file_tells_whether_the_tree_was_changed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1\n")
    (tmp_path / "b.py").write_text("1\n")
    assert code_version(str(tmp_path / "a.py")) is None
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "a.py")
    git(tmp_path, "commit", "-q", "-m", "first")
    version = code_version(str(tmp_path / "a.py"))
    assert version is not None
    assert len(version.commit) == 40
    assert not version.is_dirty
    assert code_version(str(tmp_path / "b.py")) is None
    (tmp_path / "a.py").write_text("2\n")
    changed = code_version(str(tmp_path / "a.py"))
    assert changed is not None
    assert changed.is_dirty


def test_looking_at_a_version_executes_nothing_that_the_repository_names(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "a.py")
    git(tmp_path, "commit", "-q", "-m", "first")
    program = tmp_path / "monitor.sh"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path / 'executed'}\n")
    program.chmod(0o755)
    git(tmp_path, "config", "core.fsmonitor", str(program))
    assert code_version(str(tmp_path / "a.py")) is not None
    assert not (tmp_path / "executed").exists()


def test_code_that_changed_is_told() -> None:
    facts: dict[str, Any] = {
        "scenario": "a:B",
        "output_dir": None,
        "random_seed": None,
        "devices": "cpu",
        "precision": "float32",
        "code": {"tfaip": None, "scenario": {"commit": "0123456789abcdef", "is_dirty": True}},
        "versions": {"tfaip": "2"},
    }
    rows = dict(describe_run(facts))
    assert rows["code"] == "tfaip not under version control, scenario 0123456789 with changes that are not committed"
    assert "none" in rows["seed"]
    assert "nothing is written" in rows["output"]
