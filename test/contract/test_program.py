# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A program written for tfaip 1.2 trains, goes on, starts from its model, and leaves the files that it expects.

The program in ``test/contract/program`` uses what the largest existing one uses; ``CHECKLIST`` tells which test holds
which part of that.
"""

import dataclasses
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from test.contract.conftest import QUIET, Run
from test.contract.program.scenario import EnsembleScenario, LineScenario
from test.contract.program.scripts.train import parse_args
from test.contract.program.training.params import TrainerParams
from test.contract.storedfields import STORED_CLASSES, STORED_FIELDS
from tfaip.scripts import resume_training
from tfaip.trainer.callbacks.benchmark_callback import BenchmarkCallback
from tfaip.trainer.callbacks.tensor_board_callback import TensorBoardCallback
from tfaip.trainer.callbacks.train_params_logger import TrainerCheckpointsCallback
from tfaip.trainer.warmstart.storedweights import read_weights

CHECKLIST: dict[str, str] = {
    "1 imports": "test_names:test_existing_imports_work",
    "1 StrEnum, post_init, TypeVars": "test_program_params:test_own_type_variables_choose_the_classes",
    "1 parallel_map, tqdm_wrapper": "test_program:test_the_second_stage_trains_the_compiled_model_again",
    "1 setup_test_init, DeviceConfig": "test_program_prediction:test_all_ways_to_predict_give_the_same",
    "2 persistent names": "test_program:test_stored_parameters_have_names_fields_and_order_of_1_2",
    "3 best.ckpt, checkpoints, log, events": "test_program:test_the_files_are_where_the_program_expects_them",
    "3 resume by folder or file": "test_program:test_the_run_goes_on_from_the_folder_of_a_checkpoint",
    "3 paths that are cut": "test_program_prediction:test_several_models_vote",
    "4 scenario params": "test_program_params:test_own_type_variables_choose_the_classes",
    "4 trainer params": "test_program_params:test_parameters_of_a_scenario_give_a_training",
    "4 pipelines params": "test_program_params:test_data_may_be_split_or_lack_a_validation",
    "4 data params": "test_program_params:test_processors_are_found_removed_and_replaced",
    "4 processor params": "test_program_params:test_processors_are_created_and_called_without_data",
    "4 predictor params": "test_program_prediction:test_the_command_line_predicts_and_votes",
    "5 scenario": "test_program:test_the_files_are_where_the_program_expects_them",
    "5 ensemble scenario": "test_program_ensemble:test_networks_of_an_ensemble_learn_from_other_folds",
    "5 data": "test_program_params:test_pipelines_are_changed_and_written_into_the_data",
    "5 pipeline and generator": "test_program_params:test_pipelines_are_changed_and_written_into_the_data",
    "5 processors": "test_program_params:test_a_pipeline_of_processors_gives_its_processors",
    "5 model and graph": "test_program:test_logs_are_numbers_under_the_names_of_losses_and_metrics",
    "5 generic graph, child graphs": "test_program_ensemble:test_networks_of_an_ensemble_learn_from_other_folds",
    "5 trainer, callbacks": "test_program:test_callbacks_have_their_order_and_two_write_checkpoints",
    "5 second stage": "test_program:test_the_second_stage_trains_the_compiled_model_again",
    "5 warm starter": "test_program:test_a_warm_start_keeps_the_letters_that_both_models_know",
    "5 predictor": "test_program_prediction:test_all_ways_to_predict_give_the_same",
    "5 multi predictor, voter": "test_program_prediction:test_several_models_vote",
    "6 tensors, targets, training": "test_program:test_logs_are_numbers_under_the_names_of_losses_and_metrics",
    "6 exported model": "test_program_prediction:test_the_exported_model_has_named_inputs_and_outputs",
    "7 train": "test_program:test_the_programs_train_resume_and_train_again",
    "7 predict": "test_program_prediction:test_the_command_line_predicts_and_votes",
    "7 network, layers": "test_program_params:test_layers_are_chosen_by_flags_or_in_short",
    "8 fields": "test_program:test_stored_parameters_have_names_fields_and_order_of_1_2",
}


@pytest.mark.parametrize("row", CHECKLIST)
def test_each_row_has_its_test(row: str) -> None:
    module, _, name = CHECKLIST[row].partition(":")
    assert callable(getattr(importlib.import_module(f"test.contract.{module}"), name))


# ---------------------------------------------------------------------- a training
def test_logs_are_numbers_under_the_names_of_losses_and_metrics(run: Run) -> None:
    for logs in (run.logs, *run.trainer.logs_of_stages):
        names = {"loss", "loss/mean_epoch", "ctc-loss", "CER"}
        assert names | {f"val_{name}" for name in names} <= set(logs)
        assert all(isinstance(value, (int, float, np.number)) for value in logs.values())
        assert logs["val_CER"] == pytest.approx(float(logs["val_CER"]))
        assert 0 < logs["val_ctc-loss"] < 1000


def test_callbacks_have_their_order_and_two_write_checkpoints(run: Run) -> None:
    kinds = [type(callback).__name__ for callback in run.trainer._callbacks]
    order = [
        "ExtractLogsCallback",
        "TFAIPProgbarLogger",
        "BenchmarkCallback",
        "TrainerCheckpointsCallback",
        "EMACallback",
        "EarlyStoppingCallback",
        "TrainerCheckpointsCallback",
        "TensorBoardCallback",
        "LoggerCallback",
        "Recorder",
    ]
    assert [kind for kind in kinds if kind in order] == order
    assert kinds[-1] == "Recorder"
    writers = [cb for cb in run.trainer._callbacks if isinstance(cb, TrainerCheckpointsCallback)]
    assert [(writer.store_weights, writer.store_params) for writer in writers] == [(True, False), (False, True)]


def test_the_second_stage_trains_the_compiled_model_again(run: Run) -> None:
    trainer = run.trainer
    assert [event.split()[0] for event in run.events] == ["begin", "epoch", "begin", "epoch"]
    first, second = trainer.logs_of_stages
    assert second["val_ctc-loss"] < first["val_ctc-loss"]
    # 16 lines with a noisy copy each, then without the copies
    assert trainer.scenario.keras_train_model.optimizer.iterations.numpy() == 4 + 2
    assert trainer._steps_per_epoch == 2
    samples = trainer.params.gen.train_data(trainer.data).samples
    assert len(samples) == 16 and not any(sample.meta["augmented"] for sample in samples)
    # the value that the second stage began with is replaced by what it reached
    assert trainer.params.early_stopping.current == pytest.approx(second["val_CER"])
    assert trainer.params.current_epoch == 1
    assert trainer.params.current_stage == 1


def test_the_speed_is_that_of_the_training_without_the_validation(run: Run) -> None:
    measured = next(cb for cb in run.trainer._callbacks if isinstance(cb, BenchmarkCallback)).results
    # of the second stage: 16 lines in batches of 8, and 4 lines to validate with
    assert (measured.n_batches, measured.n_samples) == (2, 16)
    assert measured.samples_per_second == pytest.approx(16 / measured.total_time)


def test_the_files_are_where_the_program_expects_them(run: Run) -> None:
    expected = {"best.ckpt", "best.ckpt.json", "checkpoint", "train.log", "aug_data", "real_data"}
    assert expected <= set(os.listdir(run.folder))
    assert not {"scenario.json", "net_config.json", "export", "best"} & set(os.listdir(run.folder))
    checkpoint = json.loads((run.folder / "checkpoint" / "checkpoint_0001" / "trainer_params.json").read_text())
    assert checkpoint["current_epoch"] == 1
    assert checkpoint["current_stage"] == 1
    log = (run.folder / "train.log").read_text()
    assert "Now without augmentation" in log
    # what the model prints of validated samples
    assert "instead of 'aacb' with 4 letters" in log
    for stage in ("aug_data", "real_data"):
        for part in ("train", "validation"):
            assert list((run.folder / stage / part).glob("events.out.tfevents.*")), (stage, part)
    writer = next(cb for cb in run.trainer._callbacks if isinstance(cb, TensorBoardCallback))
    assert writer.log_dir == str(run.folder / "real_data")


def node(tree: Any, path: str) -> Any:
    for part in filter(None, path.split(".")):
        tree = tree[int(part)] if part.isdigit() else tree[part]
    return tree


def test_stored_parameters_have_names_fields_and_order_of_1_2(run: Run) -> None:
    stored = json.loads((run.folder / "best.ckpt.json").read_text())
    for path, fields in STORED_FIELDS.items():
        assert [name for name in node(stored, path) if name in fields.split()] == fields.split(), path
    for path, name in STORED_CLASSES.items():
        assert node(stored, path)["__cls__"] == name
    scenario = stored["scenario"]
    assert scenario["scenario_id"] == "test.contract.program.scenario:LineScenario"
    assert scenario["id"].startswith("run_test.contract.program.scenario:LineScenario_")
    assert scenario["data"]["resource_base_path"] == "."
    assert scenario["data"]["downscale_factor"] == 2
    assert stored["early_stopping"]["monitor"] == "val_CER"
    assert stored["early_stopping"]["mode"] == "min"


def test_files_with_the_fields_of_1_2_only_are_read(run: Run) -> None:
    stored = json.loads((run.folder / "best.ckpt.json").read_text())
    for path, fields in STORED_FIELDS.items():
        part = node(stored, path)
        for name in [name for name in part if name not in ("__cls__", *fields.split())]:
            del part[name]
    params = TrainerParams.from_dict(stored)
    assert params.scenario.cls() is LineScenario
    assert params.to_dict()["gen"]["train"]["images"] == stored["gen"]["train"]["images"]
    assert LineScenario.params_from_dict(stored).data.codec.charset == ["", "a", "b", "c"]
    assert LineScenario.params_from_dict(stored["scenario"]).model.classes == 4


# ---------------------------------------------------------------------- what follows
def test_the_run_goes_on_from_the_folder_of_a_checkpoint(run: Run) -> None:
    folder = run.folder / "checkpoint" / "checkpoint_0001"
    resume_training.main([str(folder), "--trainer.epochs", "2", *QUIET])
    resumed = json.loads((run.folder / "checkpoint" / "checkpoint_0002" / "trainer_params.json").read_text())
    assert resumed["current_epoch"] == 2
    assert json.loads((folder / "trainer_params.json").read_text())["current_epoch"] == 1


@pytest.mark.parametrize("more", [[], ["--codec.include", "B"]])
def test_a_warm_start_keeps_the_letters_that_both_models_know(run: Run, tmp_path: Path, more: list[str]) -> None:
    flags = ["--trainer.output_dir", str(tmp_path), "--trainer.epochs", "0", "--warmstart.model", run.model, *more]
    trainer = LineScenario.create_trainer(parse_args([*run.flags, *flags]))
    trainer.train()
    stored = read_weights(run.model).arrays
    kernel = next(array for name, array in stored.items() if "logits" in name and "kernel" in name)
    found = {weight.path: weight.numpy() for weight in trainer.scenario.keras_predict_model.weights}
    copied = next(array for name, array in found.items() if "logits" in name and "kernel" in name)
    charset = trainer.params.scenario.data.codec.charset
    assert charset == (["", "B", "a", "b", "c"] if more else ["", "a", "b", "c"])
    np.testing.assert_array_equal(copied[:, [charset.index(letter) for letter in ("", "a", "b", "c")]], kernel)
    assert trainer.warmstarter.n_copied == (len(found) if more else 0)
    assert trainer.warmstarter.trimmed


@pytest.mark.slow
def test_the_second_stage_leaves_processors_out_that_were_removed(run: Run, tmp_path: Path) -> None:
    flags = ["--trainer.output_dir", str(tmp_path), "--trainer.epochs", "1", "--n_augmentations", "1"]
    trainer = LineScenario.create_trainer(parse_args([*run.flags, *flags, "--train.preload", "False"]))
    trainer.train()
    assert len(trainer.logs_of_stages) == 2
    pipeline = trainer.params.gen.train_data(trainer.data)
    with pipeline.generate_input_samples() as samples:
        assert not any(sample.meta["augmented"] for sample in samples)


@pytest.mark.slow
def test_the_program_learns_to_read(run: Run, tmp_path: Path) -> None:
    flags = ["--trainer.output_dir", str(tmp_path), "--trainer.epochs", "40", "--learning_rate.lr", "0.02"]
    flags += ["--network", "cnn=8:3x3,pool=2x2,lstm=8", "--trainer.ema_decay", "0", "--train.batch_size", "4"]
    flags += ["--early_stopping.n_to_go", "30"]
    trainer = LineScenario.create_trainer(parse_args([*run.flags, *flags]))
    trainer.train()
    assert trainer.params.early_stopping.current < 0.3


@pytest.mark.slow
def test_the_programs_train_resume_and_train_again(run: Run, tmp_path: Path) -> None:
    def program(name: str, *flags: str) -> None:
        command = [sys.executable, "-m", f"test.contract.program.scripts.{name}", *flags, *QUIET]
        subprocess.run(command, check=True, cwd=tmp_path, timeout=600)

    images = run.flags[1]
    data = ["--trainer.gen", "Split", "--trainer.gen.validation_split_ratio", "0.25", "--train.images", images]
    small = ["--trainer.samples_per_epoch", "8", "--train.batch_size", "4", "--train.preload", "False"]
    program("train", *data, *small, "--trainer.output_dir", "first", "--trainer.epochs", "1", "--network", "lstm=4")
    first = tmp_path / "first"
    assert "Results of epoch    1" in (first / "train.log").read_text()
    stored = json.loads((first / "best.ckpt.json").read_text())
    assert (len(stored["gen"]["train"]["images"]), len(stored["gen"]["val"]["images"])) == (12, 4)
    assert [layer["__cls__"].rpartition(":")[2] for layer in stored["scenario"]["model"]["layers"]] == [
        "LstmLayerParams"
    ]
    checkpoint = first / "checkpoint" / "checkpoint_0001" / "trainer_params.json"
    program("resume_training", str(checkpoint), "--trainer.epochs", "2")
    assert (first / "checkpoint" / "checkpoint_0002").is_dir()
    # a fold: the parameters of a training as a file
    (tmp_path / "fold").mkdir()
    params = TrainerParams.from_dict(json.loads((first / "best.ckpt.json").read_text()))
    params = dataclasses.replace(params, output_dir=str(tmp_path / "fold"), best_model_prefix="0", progress_bar_mode=2)
    params.early_stopping.best_model_output_dir = str(tmp_path / "models")
    params.current_epoch, params.early_stopping.current, params.scenario.data.codec = 0, None, None
    (tmp_path / "fold.json").write_text(params.to_json(indent=2))
    program("train_from_params", "fold.json")
    assert {"0.ckpt", "0.ckpt.json"} <= set(os.listdir(tmp_path / "models"))


def test_scenarios_give_their_classes() -> None:
    from test.contract.program.dataset.data import Data
    from test.contract.program.model.ensemble import EnsembleModel
    from test.contract.program.model.model import LineModel
    from test.contract.program.training.trainer import LineTrainer

    assert (LineScenario.model_cls(), EnsembleScenario.model_cls()) == (LineModel, EnsembleModel)
    assert LineScenario.data_cls() is EnsembleScenario.data_cls() is Data
    assert LineScenario.trainer_cls() is LineTrainer
    assert LineScenario.trainer_cls().params_cls() is TrainerParams
