# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Programs that name the files of a run themselves get what they ask for."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tfaip import PredictorParams, TrainerParams
from tfaip.predict.predictor import Predictor
from tfaip.scripts import export, lav, predict
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserError
from waves.params import WaveGeneratorParams
from waves.scenario import WaveScenario


def params_of_flat_layout(output_dir: Path) -> TrainerParams:
    """The best model directly in the output directory, checkpoints in folders with the epoch in their name."""
    params = WaveScenario.default_trainer_params()
    params.output_dir = str(output_dir)
    params.epochs = 2
    params.progress_bar_mode = 0
    params.skip_model_load_test = True
    params.export_final = False
    params.checkpoint_sub_dir = "checkpoint/checkpoint_{epoch:04d}"
    params.early_stopping.best_model_name = ""
    params.scenario.default_serve_dir = "best.ckpt"
    params.scenario.trainer_params_filename = "best.ckpt.json"
    params.scenario.export_net_config = False
    params.gen.train.n, params.gen.val.n = 64, 32
    return params


@pytest.fixture
def run(tmp_path: Path) -> Path:
    WaveScenario.create_trainer(params_of_flat_layout(tmp_path / "run")).train()
    return tmp_path / "run"


def test_best_model_lies_in_the_output_directory_with_relative_paths(run: Path) -> None:
    assert {"best.ckpt", "best.ckpt.json", "checkpoint"} <= set(os.listdir(run))
    stored = json.loads((run / "best.ckpt.json").read_text())
    assert stored["scenario"]["data"]["resource_base_path"] == "."
    assert stored["early_stopping"]["monitor"] == "val_acc"


def test_best_model_predicts_without_the_rest_of_its_run(run: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    shutil.copy(run / "best.ckpt.json", tmp_path / "copy")
    shutil.copytree(run / "best.ckpt", tmp_path / "copy" / "best.ckpt")
    shutil.rmtree(run)
    scenario_params = WaveScenario.params_from_path(str(tmp_path / "copy" / "best.ckpt.json"))
    predictor = Predictor(PredictorParams(silent=True), WaveScenario(scenario_params).create_data())
    predictor.set_model(str(tmp_path / "copy" / "best.ckpt"))
    assert len(list(predictor.predict(WaveGeneratorParams(n=5)))) == 5


@pytest.mark.parametrize("name", ["", "trainer_params.json"])
def test_run_is_resumed_from_the_folder_or_the_file_of_a_checkpoint(run: Path, name: str) -> None:
    assert sorted(os.listdir(run / "checkpoint")) == ["checkpoint_0001", "checkpoint_0002"]
    trainer = Trainer.restore_trainer(os.path.join(run, "checkpoint", "checkpoint_0001", name).rstrip("/"))
    assert trainer.params.output_dir == str(run)
    trainer.params.epochs = 3
    trainer.train()
    assert trainer.params.current_epoch == 3
    assert (run / "checkpoint" / "checkpoint_0003" / "trainer_params.json").exists()


@pytest.mark.parametrize("name", ["best.ckpt.json", "checkpoint/checkpoint_0001"])
def test_model_with_names_of_its_own_is_exported_packed_and_used(run: Path, tmp_path: Path, name: str) -> None:
    assert export.main([str(run / name), "--output", str(tmp_path / "new")]) == 0
    assert {"best.ckpt", "best.ckpt.json", "manifest.json"} == set(os.listdir(tmp_path / "new"))
    assert export.main([str(tmp_path / "new" / "best.ckpt.json"), "--output", str(tmp_path / "new.zip")]) == 0
    for path in (tmp_path / "new" / "best.ckpt.json", tmp_path / "new.zip"):
        assert predict.main(["--export_dir", str(path), "--data.n", "2"]) == 0
        assert lav.main(["--export_dir", str(path), "--data.n", "2"]) == 0


def test_manifest_of_the_best_model_does_not_pass_for_a_checkpoint(run: Path) -> None:
    assert (run / "manifest.json").is_file()
    with pytest.raises(UserError, match="holds no parameters"):
        Trainer.restore_trainer(str(run))
