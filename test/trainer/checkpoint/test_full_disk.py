# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where a checkpoint cannot be written the file is named, earlier ones are complete, and nothing half is left."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from test.trainer.resume.stopped import Recorder, assert_same_weights, params_of, run
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserOSError
from tfaip.util.file import atomic
from waves.scenario import WaveScenario


def fail_at(monkeypatch: pytest.MonkeyPatch, part: str, code: int, folder: Path) -> None:
    """Let the system refuse to write the file, in the second epoch."""
    new_file, sync = atomic.new_file, atomic.sync_tree

    def is_second() -> bool:
        filename = folder / "trainer_params.json"
        return filename.exists() and json.loads(filename.read_text())["current_epoch"] > 0

    def refused(path: str) -> Any:
        if os.path.basename(path) == part and is_second():
            raise OSError(code, os.strerror(code))
        return new_file(path)

    def sync_tree(root: str) -> None:
        if part == "sync" and is_second():
            raise OSError(code, os.strerror(code), os.path.join(root, "variables.npz"))
        sync(root)

    monkeypatch.setattr(atomic, "new_file", refused)
    monkeypatch.setattr(atomic, "sync_tree", sync_tree)


@pytest.mark.parametrize("code", [errno.ENOSPC, pytest.param(errno.EROFS, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("part", "named"),
    [
        ("variables.npz", "checkpoint/epoch_0002/variables.npz"),
        ("sync", "checkpoint/epoch_0002/variables.npz"),
        ("callbacks.json", "checkpoint/epoch_0002/callbacks.json"),
        ("manifest.json", "checkpoint/epoch_0002/manifest.json"),
    ],
)
def test_file_that_cannot_be_written_is_named_and_the_run_goes_on_later(
    never_stopped: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, named: str, code: int
) -> None:
    folder = tmp_path / "run"
    recorder = Recorder()
    with monkeypatch.context() as patch, pytest.raises(UserOSError) as caught:
        fail_at(patch, part, code, folder)
        WaveScenario.create_trainer(params_of(folder)).train(callbacks=[recorder])
    assert caught.value.where == str(folder / named)
    assert caught.value.got == os.strerror(code)
    assert f"tfaip-resume-training {folder} goes on" in str(caught.value)
    assert [path for path in folder.rglob("*") if path.name.startswith(".tmp")] == []

    trainer = run(Trainer.restore_trainer(str(folder)), recorder)
    expected, all_values = never_stopped
    assert recorder.epochs == all_values.epochs
    assert_same_weights(expected, trainer)


def test_before_the_first_checkpoint_the_way_on_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "run"
    new_file = atomic.new_file

    def full(path: str) -> Any:
        if path.endswith("variables.npz"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return new_file(path)

    with monkeypatch.context() as patch, pytest.raises(UserOSError) as caught:
        patch.setattr(atomic, "new_file", full)
        WaveScenario.create_trainer(params_of(folder, epochs=1)).train()
    assert f"tfaip-resume-training {folder} starts at the beginning" in str(caught.value)
    assert "are complete" not in str(caught.value)
    trainer = Trainer.restore_trainer(str(folder))
    trainer.train()
    assert trainer.params.current_epoch == 1
