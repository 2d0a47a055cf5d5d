# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""tfaip-resume-training changes what may be changed, and refuses what would break the run without touching it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from test.conftest import MODEL_1_2
from test.scripts.runs import create_run, tree_hash
from tfaip.scripts import resume_training
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserError


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create_run(tmp_path_factory.mktemp("runs") / "run", "--trainer.epochs", "2", "--trainer.random_seed", "1")


def stored(run: Path) -> dict[str, Any]:
    return json.loads((run / "trainer_params.json").read_text())


def refusal(run: Path, *args: str) -> str:
    """Return the message of a resume that must be refused and must leave every file of the run as it was."""
    before = tree_hash(run)
    with pytest.raises(UserError) as caught:
        resume_training.main([str(run), "--trainer.epochs", "3", *args])
    assert tree_hash(run) == before
    return str(caught.value)


def test_what_may_be_changed_is_changed_logged_and_kept(run: Path, caplog: pytest.LogCaptureFixture) -> None:
    args = ["--trainer.epochs", "3", "--learning_rate.lr", "0.5", "--early_stopping.n_to_go", "7"]
    args += ["--train.batch_size", "2", "--train.num_processes", "1", "--optimizer.beta_1", "0.5", "--model.seed", "4"]
    assert resume_training.main([str(run), *args]) == 0
    params = stored(run)
    assert (params["current_epoch"], params["learning_rate"]["lr"], params["optimizer"]["beta_1"]) == (3, 0.5, 0.5)
    assert (params["scenario"]["model"]["seed"], params["gen"]["setup"]["train"]["batch_size"]) == (4, 2)
    changes = [
        ("epochs", 2, 3),
        ("optimizer.beta_1", 0.9, 0.5),
        ("learning_rate.lr", 0.001, 0.5),
        ("scenario.model.seed", 1, 4),
        ("early_stopping.n_to_go", -1, 7),
        ("gen.setup.train.batch_size", 4, 2),
        ("gen.setup.train.num_processes", 4, 1),
    ]
    for path, old, new in changes:
        line = f"Changed since epoch 2: trainer.{path}: {old} → {new}"
        assert line in caplog.text
        assert line in (run / "train.log").read_text()
    (entry,) = [json.loads(line) for line in (run / "changes.jsonl").read_text().splitlines()]
    assert entry["epoch"] == 2
    assert [(change["path"], change["a"], change["b"]) for change in entry["changes"]] == changes


def test_another_schedule_of_the_learning_rate_goes_on_where_the_one_before_was(run: Path) -> None:
    args = ["--trainer.epochs", "3", "--learning_rate", "Constant", "--learning_rate.lr", "0.125"]
    params = stored(run)
    params["learning_rate"]["factor"] = 0.5
    (run / "trainer_params.json").write_text(json.dumps(params))
    assert resume_training.main([str(run), *args]) == 0
    schedule = stored(run)["learning_rate"]
    assert schedule["__cls__"].endswith("Constant")
    assert (schedule["lr"], schedule["factor"], schedule["epochs"]) == (0.125, 0.5, 3)


def test_log_of_a_resume_holds_what_was_logged_before_it_could_start(run: Path) -> None:
    before = (run / "train.log").read_text()
    resume_training.main([str(run), "--trainer.epochs", "3"])
    after = (run / "train.log").read_text()
    assert after.startswith(before)
    assert "Continue after epoch 2" in after[len(before) :]
    assert after[len(before) :].count("Continue after epoch") == 1


def test_parameter_file_of_a_moved_run_names_the_run_as_it_is_now(run: Path, tmp_path: Path) -> None:
    moved = run.rename(tmp_path / "moved")
    assert resume_training.main([str(moved / "trainer_params.json"), "--trainer.epochs", "3"]) == 0
    assert stored(moved)["current_epoch"] == 3
    assert stored(moved)["output_dir"] == str(moved)
    assert os.listdir(tmp_path) == ["moved"]


def test_resume_without_a_change_of_a_moved_run_has_nothing_to_tell(run: Path) -> None:
    resume_training.main([str(run)])
    assert not (run / "changes.jsonl").exists()
    assert "Changed since" not in (run / "train.log").read_text()


@pytest.mark.parametrize(
    ("args", "parts"),
    [
        (["--trainer.output_dir", "elsewhere"], ["--trainer.output_dir cannot be changed", "copy the directory"]),
        (["--trainer.current_epoch", "0"], ["--trainer.current_epoch cannot", "checkpoint/epoch_NNNN", "expected: 2"]),
        (["--trainer.random_seed", "7"], ["--trainer.random_seed cannot", "comes from the checkpoint", "got:      7"]),
        (["--trainer.random_seed=none"], ["--trainer.random_seed cannot"]),
        (["--optimizer", "SGD"], ["--optimizer cannot", "state of this optimizer", "expected: Adam", "got:      SGD"]),
        (["--warmstart.model", "m"], ["--warmstart.model cannot", "tfaip-train-from-params"]),
        (["--trainer.warmstart.include", "m"], ["--trainer.warmstart.include cannot"]),
    ],
)
def test_what_a_run_keeps_is_refused_with_the_reason(run: Path, args: list[str], parts: list[str]) -> None:
    message = refusal(run, *args)
    for part in parts:
        assert part in message


def test_all_that_is_refused_is_told_at_once_with_its_place(run: Path, tmp_path: Path) -> None:
    config = tmp_path / "a.yaml"
    config.write_text("trainer:\n  random_seed: 7\noptimizer: SGD\nepochs: 3\n")
    message = refusal(run, "--config", str(config), "--train.batch_size", "x", "--trainer.current_epoch", "1")
    assert "5 mistakes" in message
    places = [
        "trainer.random_seed cannot be changed",
        f"{config}:2, trainer.random_seed",
        "optimizer cannot be changed",
        f"{config}:3, trainer.optimizer",
        "Unknown key epochs",
        f"{config}:4",
        "--train.batch_size has a wrong value",
        "--trainer.current_epoch cannot be changed",
    ]
    assert [place for place in places if place not in message] == []
    assert sorted(places, key=message.index) == places


def test_values_that_the_run_has_already_are_no_change(run: Path) -> None:
    args = ["--trainer.random_seed", "1", "--trainer.output_dir", f"{run}/../run/", "--optimizer", "Adam"]
    assert resume_training.main([str(run), *args, "--trainer.current_epoch", "2", "--trainer.epochs", "3"]) == 0
    assert stored(run)["current_epoch"] == 3


def test_another_graph_is_refused_with_the_changed_parameter_and_the_variables(run: Path) -> None:
    message = refusal(run, "--model.bias", "True", "--learning_rate.lr", "0.1")
    assert "trainer.scenario.model.bias: false → true" in message
    assert "model/graph/dense/bias is missing" in message
    assert "learning_rate" not in message
    assert "optimizer/" not in message
    assert f"tfaip-train-from-params {run} --trainer.output_dir NEW_DIR --warmstart.model {run}/best/serve" in message


def test_refusal_ends_with_exit_code_2_and_without_traceback(run: Path) -> None:
    before = tree_hash(run)
    args = [str(run), "--trainer.epochs", "3", "--model.bias", "True"]
    command = [sys.executable, "-m", "tfaip.scripts.resume_training", *args]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 2, result.stderr
    assert "trainer.scenario.model.bias: false → true" in result.stderr
    assert "Traceback" not in result.stderr
    assert tree_hash(run) == before


def test_optimizer_with_another_state_is_refused(run: Path, tmp_path: Path) -> None:
    sgd = create_run(tmp_path / "sgd", "--trainer.epochs", "1", "--optimizer", "SGD")
    message = refusal(sgd, "--optimizer.momentum", "0.9")
    assert "trainer.optimizer.momentum: 0.0 → 0.9" in message
    assert "for each variable: nothing" in message
    assert "got:      momentum" in message


def test_optimizer_with_as_many_values_of_another_meaning_is_refused(tmp_path: Path) -> None:
    run = create_run(tmp_path / "run", "--trainer.epochs", "1", "--optimizer", "RMSprop", "--optimizer.momentum", "0.9")
    message = refusal(run, "--optimizer.momentum", "0", "--optimizer.centered", "True")
    assert "velocity, momentum" in message
    assert "velocity, average_gradient" in message


def test_mistakes_found_late_leave_the_run_as_it_was(run: Path) -> None:
    assert "less than one batch" in refusal(run, "--train.batch_size", "99")
    assert "epoch" in refusal(run, "--trainer.epoch", "9")


def test_edited_parameters_from_python_are_checked_too(run: Path) -> None:
    before = tree_hash(run)
    trainer = Trainer.restore_trainer(str(run))
    trainer.params.epochs = 3
    trainer.params.scenario.model.bias = True
    with pytest.raises(UserError, match=r"trainer.scenario.model.bias: false → true"):
        trainer.train()
    params = Trainer.restore_trainer(str(run)).params
    from tfaip.trainer.optimizer import DEFAULT_OPTIMIZERS

    params.optimizer = DEFAULT_OPTIMIZERS[1]()
    with pytest.raises(UserError, match=r"optimizer cannot be changed(.|\n)*AdamOptimizer(.|\n)*AdamaxOptimizer"):
        params.scenario.cls().create_trainer(params, restore=True).train()
    assert tree_hash(run) == before


def test_edited_file_is_a_change(run: Path, caplog: pytest.LogCaptureFixture) -> None:
    params = stored(run)
    params["epochs"] = 3
    (run / "trainer_params.json").write_text(json.dumps(params))
    Trainer.restore_trainer(str(run)).train()
    assert "trainer.epochs: 2 → 3" in caplog.text
    assert stored(run)["tfaip_schema"] == 2


def test_other_code_is_told_from_changed_parameters(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from test.tinyscenario import model

    create = model.create_dense
    monkeypatch.setattr(model, "create_dense", lambda params: create(type(params)(bias=True)))
    assert "although no parameter of the model was changed" in refusal(run)


def test_checkpoint_of_the_published_version_is_refused_with_a_way_on(tmp_path: Path) -> None:
    run = tmp_path / "run"
    (run / "variables").mkdir(parents=True)
    shutil.copy(MODEL_1_2 / "run_trainer_params.json", run / "trainer_params.json")
    for name in ("checkpoint", "variables.index", "variables.data-00000-of-00001"):
        (run / "variables" / name).write_bytes(b"")
    message = refusal(run, "--trainer.ema_decay", "0")
    assert "tfaip 1.2 cannot be resumed" in message
    assert f"tfaip-train-from-params {run}" in message


def test_configuration_file_changes_what_may_be_changed_and_nothing_else(run: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("trainer: {saved_checkpoint_sub_dir: other, random_seed: 9}\n")
    message = refusal(run, "--config", str(config))
    assert "trainer.saved_checkpoint_sub_dir cannot be changed" in message
    assert "trainer.random_seed cannot be changed" in message
    config.write_text("trainer: {epochs: 3}\nlearning_rate: {lr: 0.25}\n")
    assert resume_training.main([str(run), "--config", str(config)]) == 0
    assert stored(run)["current_epoch"] == 3
    assert stored(run)["learning_rate"]["lr"] == 0.25
