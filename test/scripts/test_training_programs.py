# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""tfaip-train, tfaip-resume-training and tfaip-train-from-params, on a scenario written for tfaip 1.2."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from test.conftest import MODEL_1_2
from tfaip.scripts import resume_training, train, train_from_params
from tfaip.trainer.checkpoint.generation import read_loop_state, read_manifest
from tfaip.util.errors import UserError
from tfaip.util.logging import ParseLogFile

SCENARIO = "waves.scenario:WaveScenario"
SMALL = ["--train.n", "128", "--val.n", "32", "--trainer.progress_bar_mode", "0"]
DEADLINE = 180


def run_small(output_dir: Path, *args: str) -> dict[str, Any]:
    assert train.run_args([SCENARIO, "--trainer.output_dir", str(output_dir), *SMALL, *args]) == 0
    return read_params(output_dir)


def read_params(output_dir: Path) -> dict[str, Any]:
    return json.loads((output_dir / "trainer_params.json").read_text())


def test_training_leaves_a_whole_run(tmp_path: Path) -> None:
    params = run_small(tmp_path / "run", "--trainer.epochs", "2")
    assert params["current_epoch"] == 2
    assert params["scenario"]["scenario_id"] == SCENARIO
    entries = set(os.listdir(tmp_path / "run"))
    assert {"best", "export", "checkpoint", "train", "validation", "train.log", "trainer_params.json"} <= entries
    assert not [name for name in entries if name.startswith(".")]
    metrics = ParseLogFile(tmp_path / "run").get_metrics()
    assert {"loss", "ce", "acc", "val_acc", "val_ce", "val_loss/mean_epoch"} <= set(metrics)


def test_parameters_of_a_run_follow_the_command_line(tmp_path: Path) -> None:
    params = run_small(
        tmp_path / "run",
        "--trainer.epochs",
        "1",
        "--model.hidden",
        "5",
        "7",
        "--optimizer",
        "SGD",
        "--train.batch_size",
        "8",
    )
    assert params["scenario"]["model"]["hidden"] == [5, 7]
    assert params["optimizer"]["__cls__"] == "tfaip.trainer.optimizer.optimizers:SGDOptimizer"
    assert params["gen"]["setup"]["train"]["batch_size"] == 8
    assert params["learning_rate"]["steps_per_epoch"] == 16
    assert params["__cls__"] == "tfaip.trainer.params:TrainerParams"


def test_resumed_training_goes_on_with_more_epochs(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    run_small(tmp_path / "run", "--trainer.epochs", "1")
    assert resume_training.main([str(tmp_path / "run"), "--trainer.epochs", "3"]) == 0
    assert read_params(tmp_path / "run")["current_epoch"] == 3
    assert "Continue after epoch 1" in caplog.text
    log = (tmp_path / "run" / "train.log").read_text()
    assert [f"Results of epoch {epoch:4d}" in log for epoch in (1, 2, 3)] == [True] * 3


def test_moved_run_is_resumed_in_its_new_place(tmp_path: Path) -> None:
    run_small(tmp_path / "run", "--trainer.epochs", "1")
    (tmp_path / "run").rename(tmp_path / "moved")
    resume_training.main([str(tmp_path / "moved"), "--trainer.epochs", "2"])
    assert not (tmp_path / "run").exists()
    assert read_params(tmp_path / "moved")["current_epoch"] == 2


def test_stored_parameters_start_a_new_training_from_its_first_epoch(tmp_path: Path) -> None:
    run_small(tmp_path / "run", "--trainer.epochs", "1", "--model.hidden", "5")
    args = [str(tmp_path / "run"), "--trainer.output_dir", str(tmp_path / "again"), "--trainer.epochs", "2"]
    assert train_from_params.main(args) == 0
    params = read_params(tmp_path / "again")
    assert params["current_epoch"] == 2
    assert params["scenario"]["model"]["hidden"] == [5]
    assert "Results of epoch    1" in (tmp_path / "again" / "train.log").read_text()


def test_directory_of_another_run_is_refused_and_untouched(tmp_path: Path) -> None:
    run_small(tmp_path / "run", "--trainer.epochs", "1")
    before = (tmp_path / "run" / "train.log").read_bytes()
    with pytest.raises(UserError, match="tfaip-resume-training"):
        run_small(tmp_path / "run", "--trainer.epochs", "1")
    assert (tmp_path / "run" / "train.log").read_bytes() == before


def test_nothing_to_resume_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such model directory"):
        resume_training.main([str(tmp_path / "nothing")])
    with pytest.raises(UserError, match="holds no parameters"):
        resume_training.main([str(tmp_path)])


def test_parameter_file_that_is_no_json_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "trainer_params.json").write_text('{"epochs": 1,\n oops')
    with pytest.raises(UserError, match="trainer_params.json, line 2"):
        resume_training.main([str(tmp_path)])


def test_value_of_a_wrong_type_in_a_file_is_named_with_its_path(tmp_path: Path) -> None:
    run_small(tmp_path / "run", "--trainer.epochs", "1")
    params = read_params(tmp_path / "run")
    params["gen"]["setup"]["train"]["batch_size"] = "many"
    (tmp_path / "run" / "trainer_params.json").write_text(json.dumps(params))
    with pytest.raises(UserError, match="gen.setup.train.batch_size"):
        resume_training.main([str(tmp_path / "run")])


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--trainer.export_training_graph_path", "g"], "Keras 3"),
    ],
)
def test_setting_without_effect_is_refused_not_ignored(tmp_path: Path, args: list[str], message: str) -> None:
    with pytest.raises(NotImplementedError, match=message):
        run_small(tmp_path / "run", "--trainer.epochs", "1", *args)


def start(program: str, *args: str) -> subprocess.Popen:
    command = [sys.executable, "-m", f"tfaip.scripts.{program}", *args]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run_to_end(program: str, *args: str) -> tuple[int, str, str]:
    process = start(program, *args)
    out, err = process.communicate(timeout=DEADLINE)
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("program", "args", "message"),
    [
        ("train", [SCENARIO, "--trainer.epoch", "3"], "--trainer.epochs"),
        ("train", ["waves.szenario"], "Did you mean scenario"),
        ("train", [], "SCENARIO"),
        ("resume_training", ["a_run_that_is_not_there"], "no such model directory"),
        ("train_from_params", ["params_that_are_not_there.json"], "no such model directory"),
    ],
)
def test_mistakes_end_with_one_message_and_exit_code_2(program: str, args: list[str], message: str) -> None:
    code, _, err = run_to_end(program, *args)
    assert code == 2, err
    assert message in err
    assert "Traceback" not in err


def wait_for(path: Path, process: subprocess.Popen) -> None:
    end = time.monotonic() + DEADLINE
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, f"{path} does not appear"
        time.sleep(0.02)


@pytest.mark.slow
def test_killed_training_is_resumed_to_its_end(tmp_path: Path) -> None:
    run = tmp_path / "run"
    args = [SCENARIO, "--trainer.output_dir", str(run), *SMALL, "--trainer.epochs", "60"]
    process = start("train", *args)
    wait_for(run / "checkpoint" / "epoch_0003" / "manifest.json", process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    stopped_after = read_params(run)["current_epoch"]
    assert 2 <= stopped_after < 60
    code, _, err = run_to_end("resume_training", str(run), "--trainer.epochs", str(stopped_after + 2))
    assert code == 0, err
    assert read_params(run)["current_epoch"] == stopped_after + 2
    log = (run / "train.log").read_text()
    # the results are logged after the checkpoint, so the kill may have come between both
    missing = [epoch for epoch in range(1, stopped_after + 3) if f"Results of epoch {epoch:4d}" not in log]
    assert missing in ([], [stopped_after])
    assert {"best", "export"} <= set(os.listdir(run))
    assert not [name for name in os.listdir(run) if name.startswith(".tmp")]


@pytest.mark.slow
def test_training_killed_before_its_first_checkpoint_starts_again(tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = start("train", SCENARIO, "--trainer.output_dir", str(run), *SMALL, "--trainer.epochs", "2")
    wait_for(run / "trainer_params.json", process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    code, _, err = run_to_end("resume_training", str(run))
    assert code == 0, err
    assert read_params(run)["current_epoch"] == 2


def test_spellings_of_the_manual_work_as_written_there() -> None:
    args = "--trainer.optimizer RMSprop --trainer.optimizer.beta1 0.01 --trainer.optimizer.clip_global_norm 1"
    _, params = train.parse_args(
        [SCENARIO, *args.split(), *["--learning_rate.decay", "0.95", "--trainer.device.gpus", "0", "2"]]
    )
    assert type(params.optimizer).__name__ == "RMSpropOptimizer"
    assert (params.optimizer.rho, params.optimizer.global_clip_norm) == (0.01, 1.0)
    assert params.learning_rate.lr_decay_rate == 0.95
    assert params.device.gpus == [0, 2]
    _, params = train.parse_args([SCENARIO, "--trainer.calc_ema", "0.99", "--optimizer", "Adamax"])
    assert params.ema_decay == 0.99


@pytest.mark.parametrize("where", ["file/below", "/proc/nobody/may"])
def test_output_directory_that_cannot_be_made_is_told(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(UserError, match=r"cannot be written to(.|\n)*trainer.output_dir"):
        run_small(tmp_path / where, "--trainer.epochs", "1")


@pytest.mark.parametrize(
    "mistake", [["--trainer.epochs", "-3"], ["--val.n", "0"], ["--train.n", "3"], ["--data.length", "17"]]
)
def test_corrected_command_trains_into_the_same_directory(tmp_path: Path, mistake: list[str]) -> None:
    args = [SCENARIO, "--trainer.output_dir", str(tmp_path / "run"), "--trainer.progress_bar_mode", "0"]
    with pytest.raises(UserError):
        train.run_args(args + mistake + ([] if "--trainer.epochs" in mistake else ["--trainer.epochs", "1"]))
    assert train.run_args([*args, "--train.n", "64", "--val.n", "16", "--trainer.epochs", "1"]) == 0


def test_mistake_in_the_parameters_leaves_no_directory(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="less than one batch"):
        run_small(tmp_path / "run", "--train.batch_size", "999")
    assert os.listdir(tmp_path) == []


def test_training_is_resumed_from_one_of_its_checkpoints(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    run_small(tmp_path / "run", "--trainer.epochs", "3")
    (tmp_path / "run").rename(tmp_path / "moved")
    assert resume_training.main([str(tmp_path / "moved" / "checkpoint" / "epoch_0002"), "--trainer.epochs", "4"]) == 0
    assert "Continue after epoch 2" in caplog.text
    assert read_params(tmp_path / "moved")["current_epoch"] == 4
    assert os.listdir(tmp_path) == ["moved"]


@pytest.mark.parametrize(
    "name",
    [
        "variables.npz",
        *(pytest.param(n, marks=pytest.mark.slow) for n in ("random.npz", "callbacks.json", "trainer_params.json")),
    ],
)
def test_damaged_newest_checkpoint_is_told_and_kept_and_the_one_before_serves(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    run_small(tmp_path / "run", "--trainer.epochs", "2")
    newest = tmp_path / "run" / "checkpoint" / "epoch_0002"
    (newest / name).write_bytes(b"")
    with pytest.raises(UserError, match=r"checkpoint/epoch_0001"):
        _ = read_loop_state(str(newest), read_manifest(str(newest)))
    assert resume_training.main([str(tmp_path / "run"), "--trainer.epochs", "3"]) == 0
    told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert any(str(newest / name) in text and "epoch_0001, serves" in text and "try:" not in text for text in told)
    assert (tmp_path / "run" / "checkpoint" / "epoch_0002_damaged" / name).read_bytes() == b""
    assert read_params(tmp_path / "run")["current_epoch"] == 3


def test_checkpoint_that_is_named_and_damaged_is_not_replaced_by_another(tmp_path: Path) -> None:
    run_small(tmp_path / "run", "--trainer.epochs", "3", "--trainer.checkpoint_keep_last", "0")
    checkpoints = tmp_path / "run" / "checkpoint"
    (checkpoints / "epoch_0002" / "variables.npz").write_bytes(b"")
    before = sorted(os.listdir(checkpoints))
    with pytest.raises(UserError, match=r"checksum(.|\n)*epoch_0002/variables.npz(.|\n)*epoch_0003"):
        resume_training.main([str(checkpoints / "epoch_0002"), "--trainer.epochs", "4"])
    assert sorted(os.listdir(checkpoints)) == before == ["epoch_0001", "epoch_0002", "epoch_0003"]


def test_best_model_that_is_gone_is_exported_again(tmp_path: Path) -> None:
    run_small(tmp_path / "run", "--trainer.epochs", "1")
    shutil.rmtree(tmp_path / "run" / "best")
    resume_training.main([str(tmp_path / "run"), "--trainer.epochs", "2", "--learning_rate.lr", "0"])
    assert (tmp_path / "run" / "best" / "serve").exists()


def test_help_of_a_scenario_explains_its_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        train.parse_args([SCENARIO, "--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert "Everything that defines a training" in text
    assert "--train.n" in text
    assert "Number of waves" in text


def test_files_of_a_run_carry_their_version(tmp_path: Path) -> None:
    run_small(tmp_path / "run", "--trainer.epochs", "1")
    files = sorted((tmp_path / "run").rglob("*_params.json"))
    assert [str(file.relative_to(tmp_path / "run")) for file in files] == [
        "best/trainer_params.json",
        "checkpoint/epoch_0001/trainer_params.json",
        "export/scenario_params.json",
        "trainer_params.json",
    ]
    for file in files:
        stored = json.loads(file.read_text())
        assert next(iter(stored)) == "tfaip_schema"
        assert "tfaip_schema" not in stored.get("scenario", {})


def test_parameters_of_a_run_of_the_published_version_start_a_new_one(tmp_path: Path) -> None:
    stored = json.loads((MODEL_1_2 / "run_trainer_params.json").read_text())
    stored["output_dir"] = stored["early_stopping"]["best_model_output_dir"] = str(tmp_path / "old")
    (tmp_path / "old.json").write_text(json.dumps(stored))
    args = [str(tmp_path / "old.json"), "--trainer.output_dir", str(tmp_path / "new"), *SMALL]
    assert train_from_params.main([*args, "--trainer.epochs", "1", "--trainer.ema_decay", "0"]) == 0
    assert read_params(tmp_path / "new")["current_epoch"] == 1
    assert "Results of epoch    1" in (tmp_path / "new" / "train.log").read_text()
    assert (tmp_path / "new" / "best").is_dir()
    assert not (tmp_path / "old").exists()


def test_configuration_file_is_no_file_of_parameters(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("trainer: {epochs: 3}\n")
    with pytest.raises(UserError, match=rf"tfaip-train SCENARIO --config {config}"):
        train_from_params.main([str(config)])


def events_of(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_json_writes_events_and_nothing_else_to_the_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_small(tmp_path / "run", "--trainer.epochs", "1", "--json")
    events = events_of(capsys.readouterr().out)
    names = [event["event"] for event in events]
    assert names[:4] == ["start", "parameters", "model", "epoch_begin"]
    assert names[-2:] == ["epoch_end", "end"]
    assert ("epochs", 1) in [(change["path"], change["b"]) for change in events[1]["changed"]]
    assert events[-2]["values"]["val_acc"] == events[-1]["best"]["value"]
    assert Path(events[-1]["best"]["model"]).is_dir()
    assert resume_training.main([str(tmp_path / "run"), "--trainer.epochs", "2", "--json"]) == 0
    assert [event["event"] for event in events_of(capsys.readouterr().out)][-1] == "end"
    other = [str(tmp_path / "run"), "--trainer.output_dir", str(tmp_path / "other"), "--json"]
    assert train_from_params.main(other) == 0
    assert [event["event"] for event in events_of(capsys.readouterr().out)][-1] == "end"


def test_json_tells_a_mistake_as_an_event(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError):
        train.run_args([SCENARIO, *SMALL, "--json", "--trainer.epoch", "1"])
    (event,) = events_of(capsys.readouterr().out)
    assert event["event"] == "error"
    assert event["exit_code"] == 2
    assert "--trainer.epochs" in event["message"]
