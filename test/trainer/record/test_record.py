# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Every training with an output directory leaves its record, which says what the logs say."""

import json
import os
import sys
from pathlib import Path
from typing import Optional

import keras
import pytest

from test.trainer.resume.stopped import STEPS, Recorder, Stopped, params_of
from tfaip.runs.format.code import read_manifest
from tfaip.runs.format.metrics import Level, Values, parse_line, without_rewound
from tfaip.runs.format.process import process_start
from tfaip.runs.format.run import RunInfo, read_run
from tfaip.runs.format.status import Phase, State, Status, read_status
from tfaip.scripts import resume_training, train
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserError
from waves.scenario import WaveScenario


def values(folder: Path, split: str, level: Level = Level.EPOCH) -> list[Values]:
    records = [parse_line(line) for line in (folder / "metrics.jsonl").read_bytes().splitlines()]
    kept = without_rewound(record for record in records if record is not None)
    return [entry for entry in kept if entry.split == split and entry.level is level]


def status(folder: Path) -> Status:
    found = read_status(str(folder))
    assert found is not None
    return found


def run_info(folder: Path) -> RunInfo:
    found = read_run(str(folder))
    assert found is not None
    return found


class Phases(keras.callbacks.Callback):
    """Notes the phases that the record knows."""

    def __init__(self, trainer: Trainer):
        super().__init__()
        self.trainer = trainer
        self.seen: list[Optional[Phase]] = []

    def _note(self) -> None:
        assert self.trainer._recorder is not None
        self.seen.append(self.trainer._recorder._writer.status.phase)

    def on_train_batch_end(self, batch, logs=None):
        self._note()

    def on_test_batch_end(self, batch, logs=None):
        self._note()

    def on_test_begin(self, logs=None):
        self._note()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Recorder, Phases]:
    folder = tmp_path_factory.mktemp("run")
    params = params_of(folder, lav_every_n=1)
    params.record.interval = 1e-6
    trainer = WaveScenario.create_trainer(params)
    recorder, phases = Recorder(), Phases(trainer)
    trainer.train(callbacks=[recorder, phases])
    return folder, recorder, phases


def test_the_values_of_each_epoch_are_those_of_the_logs(trained: tuple[Path, Recorder, Phases]) -> None:
    folder, recorder, _ = trained
    for index in range(3):
        logs: dict[str, float] = {}
        for prefix, split in (("", "train"), ("val_", "val"), ("lav_l0_", "lav0")):
            entry = values(folder, split)[index]
            assert (entry.step, entry.epoch) == ((index + 1) * STEPS, index + 1)
            logs.update({prefix + name: value for name, value in entry.m.items()})
        assert logs.pop("lr") > 0
        assert logs == recorder.epochs[index]


def test_values_within_epochs_are_recorded(trained: tuple[Path, Recorder, Phases]) -> None:
    folder, recorder, _ = trained
    entries = values(folder, "train", Level.STEP)
    assert entries
    for entry in entries:
        epoch, step = divmod(entry.step - 1, STEPS)
        assert entry.m == {name: value for name, value in recorder.steps[epoch, step].items() if name != "count"}


def test_the_last_status_and_the_run(trained: tuple[Path, Recorder, Phases]) -> None:
    folder, recorder, _ = trained
    end, run = status(folder), run_info(folder)
    assert (end.state, end.epoch, end.global_step, end.progress, end.dropped) == (State.FINISHED, 3, 3 * STEPS, 1.0, 0)
    assert end.best is not None and end.best.value == max(logs["val_acc"] for logs in recorder.epochs.values())
    assert run.scenario == "waves.scenario:WaveScenario"
    assert run.primary is not None and (run.primary.name, run.primary.mode) == ("val_acc", "max")
    (session,) = run.sessions
    assert (session.pid, session.pid_start) == (os.getpid(), process_start(os.getpid()))
    assert session.seed == 1 and session.cwd == os.getcwd() and session.command
    assert {"tensorflow", "keras", "numpy", "tfaip"} <= set(session.packages)
    assert session.machine["cpus"] and session.machine["memory"] and session.devices == ["CPU"]
    assert session.resumed_epoch is None


def test_phases(trained: tuple[Path, Recorder, Phases]) -> None:
    assert set(trained[2].seen) == {Phase.TRAINING, Phase.VALIDATION}


def test_a_resumed_run_appends_a_session_and_hides_what_is_trained_again(
    tmp_path: Path, trained: tuple[Path, Recorder, Phases]
) -> None:
    params = params_of(tmp_path, lav_every_n=1)
    with pytest.raises(Stopped):
        WaveScenario.create_trainer(params).train(callbacks=[Recorder(stop_at=(1, 3))])
    stopped = status(tmp_path)
    assert (stopped.state, stopped.exit_code, stopped.epoch) == (State.FAILED, 1, 1)
    assert (
        stopped.error is not None
        and stopped.error.message.startswith("Stopped")
        and "stopped.py" in stopped.error.where
    )
    Trainer.restore_trainer(str(tmp_path)).train()
    first, second = run_info(tmp_path).sessions
    assert (first.resumed_epoch, second.resumed_epoch, second.resumed_step) == (None, 1, STEPS)
    for split in ("train", "val", "lav0"):
        expected = [(entry.step, entry.m) for entry in values(trained[0], split)]
        assert [(entry.step, entry.m) for entry in values(tmp_path, split)] == expected
    assert status(tmp_path).state is State.FINISHED


def test_without_a_record_nothing_of_it_is_written(tmp_path: Path) -> None:
    params = params_of(tmp_path, epochs=1)
    params.record.enabled = False
    WaveScenario.create_trainer(params).train()
    assert not {"run.json", "status.json", "metrics.jsonl", "code"} & set(os.listdir(tmp_path))


def test_a_record_that_cannot_be_written_does_not_stop_the_training(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("run.json", "status.json", "metrics.jsonl"):
        (tmp_path / name).mkdir()
    logs = WaveScenario.create_trainer(params_of(tmp_path)).train()
    assert "val_acc" in logs
    assert caplog.text.count("The record of the run is not complete") == 1


def test_a_step_that_is_not_finite_is_the_error_of_the_run(tmp_path: Path) -> None:
    params = params_of(tmp_path)
    params.learning_rate.lr = 1e30
    with pytest.raises(UserError):
        WaveScenario.create_trainer(params).train()
    end = status(tmp_path)
    assert (end.state, end.exit_code) == (State.FAILED, 2)
    assert end.error is not None and "not a number" in end.error.message and "step" in end.error.where


def test_the_program_leaves_the_record_and_a_finished_run_is_not_touched_again(tmp_path: Path) -> None:
    run = tmp_path / "run"
    small = ["--train.n", "20", "--val.n", "10", "--trainer.epochs", "1", "--trainer.skip_model_load_test", "True"]
    train.run_args(["waves", "--trainer.output_dir", str(run), "--trainer.progress_bar_mode", "0", *small])
    assert status(run).state is State.FINISHED
    before = {path: path.read_bytes() for path in sorted(run.rglob("*")) if path.is_file()}
    assert resume_training.main([str(run)]) == 0
    assert {path: path.read_bytes() for path in sorted(run.rglob("*")) if path.is_file()} == before
    json.loads((run / "run.json").read_text(), parse_constant=pytest.fail)


def test_the_code_is_kept_with_the_run_and_named_by_its_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TFAIP_RECORD_CODE")
    params = params_of(tmp_path, epochs=1)
    WaveScenario.create_trainer(params).train()
    (session,) = run_info(tmp_path).sessions
    assert session.code == "code/1"
    manifest = read_manifest(str(tmp_path / "code" / "1"))
    assert manifest is not None
    (path,) = [path for path in manifest.files if path.endswith("waves/scenario.py")]
    source = Path(sys.modules[WaveScenario.__module__].__file__ or "")
    assert (tmp_path / "code" / "1" / "files" / path).read_bytes() == source.read_bytes()
    assert "keras==" in (tmp_path / "code" / "1" / "packages.txt").read_text()


@pytest.mark.parametrize("where", ["parameters", "environment"])
def test_no_code_is_kept_where_it_is_not_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    params = params_of(tmp_path, epochs=1)
    if where == "parameters":
        monkeypatch.delenv("TFAIP_RECORD_CODE")
        params.record.code = False
    WaveScenario.create_trainer(params).train()
    assert not (tmp_path / "code").exists()
