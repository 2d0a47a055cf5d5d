# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A training that fails before its first epoch takes back what it wrote, and names the hook that failed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import pytest

from examples.tutorial.full.graphs.params import ACTIVATIONS, ConvGraphParams, MLPGraphParams
from test.scripts.runs import FAST, SCENARIO, SMALL
from test.tinyscenario import model
from test.tinyscenario.scenario import TinyScenario
from tfaip.scripts import resume_training, train
from tfaip.trainer.hooknote import note_hook
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserError, UserValueError
from tfaip.util.termination import Terminated
from tfaip.util.tfaipargparse import post_init


def start(output_dir: Path) -> None:
    train.run_args([SCENARIO, "--trainer.output_dir", str(output_dir), *SMALL, *FAST, "--trainer.epochs", "1"])


@pytest.fixture
def broken_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    def create_dense(params: Any) -> None:
        raise RuntimeError("a mistake in the code")

    monkeypatch.setattr(model, "create_dense", create_dense)


@pytest.mark.usefixtures("broken_graph")
def test_error_of_a_hook_names_it_and_leaves_no_directory(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="a mistake in the code") as caught:
        start(tmp_path / "runs" / "run")
    (note,) = caught.value.__notes__
    assert note.startswith("The error comes out of TinyGraph.__init__ (")
    assert "tinyscenario/model.py, line " in note
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("broken_graph")
def test_empty_directory_is_left_empty_and_a_used_one_as_it_was(tmp_path: Path) -> None:
    for name, files in (("empty", []), ("used", ["notes.txt"])):
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).write_text("mine")
        with pytest.raises(RuntimeError):
            start(tmp_path / name)
    assert os.listdir(tmp_path / "empty") == []
    assert "notes.txt" in os.listdir(tmp_path / "used")


@pytest.mark.parametrize("error", [KeyboardInterrupt, UserError])
def test_failure_after_the_first_files_takes_them_back(
    error: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Trainer, *args: Any, **kwargs: Any) -> None:
        assert {"train.log", "trainer_params.json", "config.yaml"} <= set(os.listdir(tmp_path / "run"))
        raise error("stop")

    monkeypatch.setattr(Trainer, "setup_callbacks", fail)
    with pytest.raises(error):
        start(tmp_path / "run")
    assert os.listdir(tmp_path) == []


def test_parameters_are_written_before_the_trainer_is_created(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(cls: type, params: Any, **kwargs: Any) -> None:
        assert os.listdir(tmp_path / "run") == ["trainer_params.json"]
        shutil.copytree(tmp_path / "run", tmp_path / "killed")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(TinyScenario, "create_trainer", classmethod(killed))
        start(tmp_path / "run")
    assert os.listdir(tmp_path) == ["killed"]
    assert resume_training.main([str(tmp_path / "killed")]) == 0
    assert json.loads((tmp_path / "killed" / "trainer_params.json").read_text())["current_epoch"] == 1


def test_sigterm_while_the_trainer_is_created_leaves_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def terminated(cls: type, params: Any, **kwargs: Any) -> None:
        raise Terminated

    with monkeypatch.context() as patch, pytest.raises(Terminated):
        patch.setattr(TinyScenario, "create_trainer", classmethod(terminated))
        start(tmp_path / "run")
    assert f"Start at the beginning with: tfaip-resume-training {tmp_path / 'run'}" in caplog.text
    assert resume_training.main([str(tmp_path / "run")]) == 0


def test_failure_in_an_epoch_keeps_the_run_and_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: TinyScenario, **kwargs: Any) -> None:
        raise RuntimeError("in the epoch")

    monkeypatch.setattr(TinyScenario, "fit", fail)
    with pytest.raises(RuntimeError) as caught:
        start(tmp_path / "run")
    assert "in the epoch" in (tmp_path / "run" / "train.log").read_text()
    assert (tmp_path / "run" / "trainer_params.json").is_file()
    assert "test_failure_in_an_epoch" in caught.value.__notes__[0]


def test_error_that_comes_out_of_no_hook_names_none() -> None:
    with pytest.raises(ValueError, match="Expecting value") as caught:
        json.loads("x")
    note_hook(caught.value, [Trainer, Path])
    assert not hasattr(caught.value, "__notes__")


def test_unknown_activation_of_the_tutorial_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    args = ["examples.tutorial.full", "--model.graph.activation", "rely", "--trainer.output_dir", str(tmp_path / "run")]
    result = subprocess.run([sys.executable, "-m", "tfaip.scripts.train", *args], capture_output=True, text=True)
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    assert "--model.graph.activation has no such choice" in result.stderr
    assert "Did you mean relu" in result.stderr
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("cls", [MLPGraphParams, ConvGraphParams])
def test_activation_that_is_set_from_python_is_checked(cls: type) -> None:
    params = cls()
    params.activation = "bogus"
    with pytest.raises(UserValueError, match=r"model.graph.activation(.|\n)*relu(.|\n)*'bogus'"):
        post_init(params)


def test_keras_knows_the_activations_of_the_tutorial() -> None:
    assert all(callable(keras.activations.get(name)) for name in ACTIVATIONS)
