# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A training is recorded as it was, however it ends, and whatever the disk does."""

import errno
import logging
import os
import threading
from pathlib import Path
from typing import Any, Optional

import pytest

from tfaip.runs.format.metrics import Level, Rewind, Values, parse_line, without_rewound
from tfaip.runs.format.run import Primary, RunInfo, Session, change_run, read_run, write_run
from tfaip.runs.format.status import Phase, State, Status, read_status, write_status
from tfaip.runs.record import recorder as recorder_module
from tfaip.runs.record import writer as writer_module
from tfaip.runs.record.recorder import Recorder, Start
from tfaip.runs.record.timeleft import Plan
from tfaip.util.errors import UserError
from tfaip.util.termination import Terminated

DEADLINE = 60


def create(folder: Path, start: Start = Start(), epochs: int = 3, steps: int = 10) -> Recorder:  # noqa: B008
    plan = Plan(epochs, steps)
    return Recorder(str(folder), "p.m:C", Session(1.0, ["x"], pid=7), Primary("val_acc", "max"), plan, start)


def train(recorder: Recorder, start: int, end: int) -> None:
    recorder.begin_loop(start, 0)
    for epoch in range(start, end):
        recorder.begin_epoch(epoch, 0)
        for step in range(10):
            recorder.steps_done(epoch, step + 1, lambda: {"loss": 1.0})
        recorder.enter(Phase.VALIDATION)
        recorder.enter(Phase.TRAINING)
        recorder.end_epoch(epoch, {"loss": 1.0 / (epoch + 1), "val_acc": epoch / 10, "lav_l0_cer": 0.5}, epoch / 10)


def records(folder: Path) -> list[Any]:
    return [parse_line(line) for line in (folder / "metrics.jsonl").read_bytes().splitlines()]


def status(folder: Path) -> Status:
    found = read_status(str(folder))
    assert found is not None
    return found


def run_info(folder: Path) -> RunInfo:
    found = read_run(str(folder))
    assert found is not None
    return found


def test_a_training_that_ends_well(tmp_path: Path) -> None:
    with create(tmp_path) as recorder:
        train(recorder, 0, 3)
    end = status(tmp_path)
    assert (end.state, end.exit_code, end.progress, end.eta_s) == (State.FINISHED, 0, 1.0, 0.0)
    assert (end.epoch, end.epochs, end.steps, end.global_step) == (3, 3, 10, 30)
    assert end.best is not None and (end.best.name, end.best.value, end.best.epoch) == ("val_acc", 0.2, 3)
    assert end.last == {"loss": 1 / 3, "val_acc": 0.2, "lav_l0_cer": 0.5}
    lines = [(entry.split, entry.step, entry.epoch, entry.m) for entry in records(tmp_path) if entry.level == "epoch"]
    assert lines[3:6] == [
        ("train", 20, 2.0, {"loss": 0.5}),
        ("val", 20, 2.0, {"acc": 0.1}),
        ("lav0", 20, 2.0, {"cer": 0.5}),
    ]
    run = run_info(tmp_path)
    assert (run.name, run.scenario, len(run.id), len(run.sessions)) == (tmp_path.name, "p.m:C", 12, 1)


@pytest.mark.parametrize(
    ("error", "state", "code", "message"),
    [
        (Terminated(), State.STOPPED, 143, "ended by SIGTERM"),
        (KeyboardInterrupt(), State.STOPPED, 130, "interrupted"),
        (SystemExit(5), State.STOPPED, 5, "the program was left"),
        (UserError("It is wrong.", where="there"), State.FAILED, 2, "It is wrong."),
        (RuntimeError("broken"), State.FAILED, 1, "RuntimeError: broken"),
    ],
)
def test_what_ends_a_training_is_its_state(
    tmp_path: Path, error: BaseException, state: State, code: int, message: str
) -> None:
    with pytest.raises(type(error)):
        with create(tmp_path) as recorder:
            train(recorder, 0, 1)
            raise error
    end = status(tmp_path)
    assert (end.state, end.exit_code) == (state, code)
    assert end.error is not None and end.error.message == message
    assert 0 < end.progress < 1
    if state is State.FAILED:
        assert end.error.where


def test_a_resumed_run_goes_on_with_its_record(tmp_path: Path) -> None:
    with create(tmp_path) as recorder:
        train(recorder, 0, 2)
    first = run_info(tmp_path)
    assert change_run(str(tmp_path), lambda run: run.tags.append("good"))
    with create(tmp_path, Start(1, 0, is_resumed=True)) as recorder:
        train(recorder, 1, 3)
    run = run_info(tmp_path)
    assert (run.id, run.created, run.tags, len(run.sessions)) == (first.id, first.created, ["good"], 2)
    assert Rewind in map(type, records(tmp_path))
    epochs = [entry for entry in without_rewound(records(tmp_path)) if entry.split == "val"]
    assert [entry.step for entry in epochs] == [10, 20, 30]


def test_steps_go_on_where_an_epoch_has_another_number_of_them_now(tmp_path: Path) -> None:
    with create(tmp_path) as recorder:
        train(recorder, 0, 2)
    with create(tmp_path, Start(2, 0, is_resumed=True), steps=5) as recorder:
        recorder.begin_loop(2, 0)
        recorder.begin_epoch(2, 0)
        recorder.end_epoch(2, {"val_acc": 0.5}, 0.5)
    epochs = [entry for entry in without_rewound(records(tmp_path)) if entry.split == "val"]
    assert [entry.step for entry in epochs] == [10, 20, 25]


def test_a_new_training_in_the_directory_of_another_hides_its_values(tmp_path: Path) -> None:
    for _ in range(2):
        with create(tmp_path) as recorder:
            train(recorder, 0, 1)
    assert len([entry for entry in without_rewound(records(tmp_path)) if entry.split == "val"]) == 1


def test_going_back_within_a_training_is_recorded(tmp_path: Path) -> None:
    with create(tmp_path) as recorder:
        train(recorder, 0, 2)
        train(recorder, 1, 3)
    epochs = [entry for entry in without_rewound(records(tmp_path)) if entry.split == "val"]
    assert [entry.step for entry in epochs] == [10, 20, 30]


def test_values_behind_a_line_that_was_cut_off_are_read(tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_bytes(b'{"t":1,"step":1,"m":{"lo')
    with create(tmp_path) as recorder:
        train(recorder, 0, 1)
    lines = records(tmp_path)
    assert lines[0] is None and None not in lines[1:]


def test_the_values_within_an_epoch_become_rarer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(recorder_module.time, "monotonic", lambda: now)
    monkeypatch.setattr(recorder_module, "RECORDS_OF_A_FOLDING", 100)
    recorder = create(tmp_path, steps=1_000_000)
    counted: list[float] = []
    monkeypatch.setattr(recorder, "_add_values", lambda epoch, step, level, values: counted.append(now))
    for step in range(10_000):
        now += 1.0
        recorder.steps_done(0, step + 1, lambda: {"loss": 1.0})
    assert counted[:100] == [float(n + 1) for n in range(100)]
    assert len(counted) < 700


class Disk:
    """Lets writing fail or wait."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.error: Optional[OSError] = None
        self.is_free = threading.Event()
        self.is_free.set()
        self.is_waited_for = threading.Event()
        write = os.write
        replace = os.replace

        def slow_write(descriptor: int, text: bytes) -> int:
            if threading.current_thread().name == "record":
                self._pass()
            return write(descriptor, text)

        def slow_replace(source: str, target: str) -> None:
            if threading.current_thread().name == "record":
                self._pass()
            replace(source, target)

        monkeypatch.setattr(os, "write", slow_write)
        monkeypatch.setattr(os, "replace", slow_replace)

    def _pass(self) -> None:
        self.is_waited_for.set()
        self.is_free.wait(DEADLINE)
        if self.error is not None:
            raise self.error


def test_a_full_disk_is_told_once_and_a_training_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    disk = Disk(monkeypatch)
    disk.error = OSError(errno.ENOSPC, "No space left on device")
    with caplog.at_level(logging.WARNING):
        with create(tmp_path) as recorder:
            train(recorder, 0, 3)
    (warning,) = [entry.getMessage() for entry in caplog.records]
    assert "No space left on device" in warning and "The training goes on" in warning
    assert os.listdir(tmp_path) in ([], ["metrics.jsonl"])


def test_what_was_lost_on_a_full_disk_is_counted_once_there_is_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    disk.error = OSError(errno.ENOSPC, "No space left on device")
    with create(tmp_path) as recorder:
        assert disk.is_waited_for.wait(DEADLINE)
        train(recorder, 0, 1)
        disk.is_waited_for.clear()
        assert disk.is_waited_for.wait(DEADLINE)
        disk.error = None
    end = status(tmp_path)
    assert end.state is State.FINISHED
    assert end.dropped > 0


def test_a_disk_that_takes_nothing_never_keeps_a_training_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(recorder_module, "SECONDS_TO_CLOSE", 0.1)
    disk = Disk(monkeypatch)
    disk.is_free.clear()
    with create(tmp_path, epochs=3_000) as recorder:
        assert disk.is_waited_for.wait(DEADLINE)
        train(recorder, 0, 3_000)
        # the thread still waits for its first file
        assert recorder.dropped > 3_000
    assert "the disk has not taken it" in caplog.text
    disk.is_free.set()


def test_a_mistake_in_the_thread_is_told_and_the_states_go_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("a mistake")

    with create(tmp_path) as recorder:
        recorder.add_job(fail)
        train(recorder, 0, 1)
    assert "ValueError: a mistake" in caplog.text
    assert status(tmp_path).state is State.FINISHED


def test_the_status_tells_that_the_training_is_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(writer_module, "TICK_SECONDS", 0.01)
    is_written = threading.Event()
    written: list[Status] = []

    def noting(folder: str, now: Status) -> None:
        write_status(folder, now)
        written.append(now)
        if len(written) == 3:
            is_written.set()

    monkeypatch.setattr(writer_module, "write_status", noting)
    with create(tmp_path):
        # the training does nothing
        assert is_written.wait(DEADLINE)
    assert all(now.t > 0 for now in written)


def test_a_session_is_changed_without_losing_what_others_write(tmp_path: Path) -> None:
    write_run(str(tmp_path), RunInfo(id="abc", note="queued"))
    with create(tmp_path) as recorder:
        train(recorder, 0, 1)

        def set_code(session: Session) -> None:
            session.code = "code/1"

        recorder.change_session(set_code)
    run = run_info(tmp_path)
    assert (run.id, run.note) == ("abc", "queued")
    assert [session.code for session in run.sessions] == ["code/1"]


def test_values_hold_the_level(tmp_path: Path) -> None:
    recorder = create(tmp_path)
    added: list[Values] = []
    recorder._writer.add = added.append  # type: ignore[method-assign,assignment]
    recorder.end_epoch(0, {"loss": 1.0}, None)
    assert [entry.level for entry in added] == [Level.EPOCH]
