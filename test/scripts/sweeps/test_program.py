# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-sweep``: from the file to the results, with trials that are short programs."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from test.experiments.sweeps.fakejobs import FakeCommands, log_of
from test.experiments.sweeps.sweepfiles import write_sweep
from test.experiments.waiting import wait_for
from tfaip.experiments.sweeps.folder import SweepFolder
from tfaip.experiments.sweeps.trialrecord import TrialRecord, TrialState
from tfaip.params.cli.errors import Mistake
from tfaip.runs.format.process import host_name, is_alive
from tfaip.scripts.sweep import main
from tfaip.scripts.sweeps import program
from tfaip.scripts.sweeps.check import CheckResult
from tfaip.util.errors import UserError

BODY = "parameters:\n  lr: [0.1, 0.2]\n"
TINY = """scenario: test.tinyscenario.scenario:TinyScenario
method: random
trials: 2
seed: 1
output_dir: OUT
arguments:
  trainer: {epochs: 2}
  train.batch_size: 7
parameters:
  learning_rate.lr: loguniform(1e-3, 1e-1)
  model.bias: [true, false]
"""


@pytest.fixture
def sweep(tmp_path, monkeypatch):
    """Runs the program on a sweep file; the scenario has nothing against it."""

    def run(*flags, body=BODY, method="grid", checked=None, options=None, **keys):
        path = write_sweep(tmp_path, body, method, **keys)
        monkeypatch.setattr(program, "check_by", lambda *_: checked or CheckResult([], package="some"))
        monkeypatch.setattr(program, "TrainingCommands", lambda *_: FakeCommands(**(options or {})))
        return main([str(path), *flags])

    return run


def test_the_results_are_in_a_file_and_on_the_terminal(sweep, tmp_path, capsys):
    assert sweep("--cpus", "0", "1") == 0
    lines = (tmp_path / "out" / "results.csv").read_text().splitlines()
    assert lines[0].startswith("trial,state,val_acc,epoch,lr") and len(lines) == 3
    text = capsys.readouterr().out
    assert "The best is trial_0001: val_acc 0.51" in text
    best = os.path.join(str(tmp_path / "out"), "trial_0001")
    assert f"tfaip-train-from-params {best} --trainer.output_dir {best}_again" in text
    assert sweep("--status") == 0
    assert "2 finished" in capsys.readouterr().out


def test_a_trial_that_has_failed_is_told_by_the_exit_code_and_run_again_on_demand(sweep, tmp_path, capsys):
    options = {"crash": [0]}
    assert sweep(options=options) == 1
    assert "trial_0000 failed" in capsys.readouterr().out
    assert sweep(options=options) == 1
    assert len(log_of(tmp_path, 0)) == 1
    assert sweep("--retry_failed", options=options) == 0
    assert [line.split()[0] for line in log_of(tmp_path, 0)] == ["start", "resume"]
    assert len(log_of(tmp_path, 1)) == 1


def test_a_dry_run_shows_the_trials_and_writes_nothing(sweep, tmp_path, capsys):
    assert sweep("--dry_run") == 0
    text = capsys.readouterr().out
    assert "trial_0000: lr=0.1\n" in text and "trial_0001: lr=0.2\n" in text
    assert os.listdir(tmp_path) == ["sweep.yaml"]
    assert sweep("--status") == 0
    assert "No trial was begun" in capsys.readouterr().out


def test_mistakes_that_the_scenario_finds_are_told_before_anything_is_written(sweep, tmp_path):
    mistake = Mistake("Unknown key lr.", where=f"{tmp_path / 'sweep.yaml'}:7", hint="Did you mean learning_rate.lr?")
    with pytest.raises(UserError, match="Unknown key lr"):
        sweep(checked=CheckResult([mistake]))
    assert os.listdir(tmp_path) == ["sweep.yaml"]


def test_trials_can_be_added_but_a_changed_file_is_refused(sweep, tmp_path):
    body = "parameters:\n  lr: {low: 0.0, high: 1.0}\n"
    assert sweep(body=body, method="random", trials=1) == 0
    assert sweep(body=body, method="random", trials=2) == 0
    assert [len(log_of(tmp_path, number)) for number in range(2)] == [1, 1]
    with pytest.raises(UserError, match=r'parameters.lr: .*"high": 1.* -> .*"high": 2'):
        sweep(body=body.replace("1.0", "2.0"), method="random", trials=2)


def test_the_metric_of_the_scenario_counts_if_the_file_names_none(sweep, tmp_path):
    checked = CheckResult([], metric="val_acc", mode="min")
    assert sweep(checked=checked, metric=None) == 0
    assert SweepFolder(str(tmp_path / "out")).records()[0].value == 0.1


def test_a_sweep_whose_trials_still_run_is_refused(sweep, tmp_path):
    folder = SweepFolder(str(tmp_path / "out"))
    folder.lock()
    folder.write_record(TrialRecord(0, {"lr": 0.1}, TrialState.RUNNING, host=host_name(), pid=os.getpid()))
    with pytest.raises(UserError, match="Another process is at work"):
        sweep()
    folder.unlock()
    with pytest.raises(UserError, match=f"process {os.getpid()}"):
        sweep()


def test_ctrl_c_ends_the_trials_and_the_same_command_goes_on(sweep, tmp_path, capsys):
    def interrupt():
        wait_for((tmp_path / "out" / "trial_0000" / "metrics.jsonl").exists)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    assert sweep(options={"wait": [0]}) == 128 + signal.SIGINT
    thread.join()
    assert "The same command goes on" in capsys.readouterr().out
    assert log_of(tmp_path, 0)[-1] == "ended in order" and log_of(tmp_path, 1) == []
    assert "0,stopped" in (tmp_path / "out" / "results.csv").read_text()
    assert sweep() == 0
    assert [line.split()[0] for line in log_of(tmp_path, 0)] == ["start", "ended", "resume"]


@pytest.mark.parametrize(
    ("flags", "what"),
    [
        (["--gpus", "0", "--cpus", "0"], "either"),
        (["--retries", "-1"], "no retry"),
        (["--python", "/no/such/python"], "no such Python"),
    ],
)
def test_wrong_flags_are_told(sweep, flags, what):
    with pytest.raises(UserError, match=what):
        sweep(*flags)


def test_a_python_without_tfaip_is_told(tmp_path):
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho no tfaip here >&2\nexit 1\n")
    fake.chmod(0o755)
    with pytest.raises(UserError) as caught:
        main([str(write_sweep(tmp_path, BODY)), "--python", str(fake)])
    assert "no tfaip here" in caught.value.got


def run_program(*args):
    command = [sys.executable, "-m", "tfaip.scripts.sweep", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.slow
def test_the_program_checks_and_trains_a_real_scenario(tmp_path):
    path = tmp_path / "sweep.yaml"
    path.write_text(TINY.replace("OUT", str(tmp_path / "out")))
    result = run_program(path, "--dry_run")
    assert result.returncode == 0, result.stderr
    assert "trial_0001: learning_rate.lr=0." in result.stdout
    result = run_program(path, "--cpus", "0", "1")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "The best is trial_000" in result.stdout and "val_loss" in result.stdout
    path.write_text(path.read_text().replace("learning_rate.lr", "learning_rat.lr"))
    result = run_program(path, "--dry_run")
    assert result.returncode == 2
    assert f"{path}:10" in result.stderr and "learning_rate.lr" in result.stderr


@pytest.mark.slow
def test_a_search_of_optuna_goes_on_after_a_kill_of_all_its_processes(tmp_path):
    pytest.importorskip("optuna", reason="needs the extra sweep")
    path = tmp_path / "sweep.yaml"
    text = (
        TINY.replace("OUT", str(tmp_path / "out"))
        .replace("method: random", "method: optuna")
        .replace("epochs: 2", "epochs: 12")
    )
    path.write_text(text)
    command = [sys.executable, "-m", "tfaip.scripts.sweep", str(path)]
    sweep = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        wait_for((tmp_path / "out" / "trial_0000" / "checkpoint" / "epoch_0002").is_dir, "the second epoch", 600)
    finally:
        sweep.kill()
        sweep.wait()
    record = SweepFolder(str(tmp_path / "out")).records()[0]
    assert record.state is TrialState.RUNNING
    os.killpg(record.pid, signal.SIGKILL)
    wait_for(lambda: not is_alive(record.pid, record.pid_start))
    result = run_program(path)
    assert result.returncode == 0, result.stdout + result.stderr
    records = SweepFolder(str(tmp_path / "out")).records()
    assert [(record.state.value, record.attempts) for record in records.values()] == [("finished", 2), ("finished", 1)]
    assert records[0].values == record.values
    log = (tmp_path / "out" / "sweep" / "trial_0000.log").read_text()
    assert "tfaip.scripts.resume_training" in log
    assert "optuna-dashboard" in result.stdout
