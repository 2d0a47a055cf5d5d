# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A killed process leaves the old or the new state."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tfaip.util.errors import UserValueError
from tfaip.util.file import atomic

KILLED = """
import os, sys
from tfaip.util.file import atomic
calls = 0
def count_and_die(name):
    original = getattr(os, name)
    def call(*args, **kwargs):
        global calls
        calls += 1
        if calls == {kill_at}:
            os._exit(9)
        return original(*args, **kwargs)
    setattr(os, name, call)
for name in ("rename", "replace", "fsync", "rmdir", "unlink"):
    count_and_die(name)
with atomic.new_directory(sys.argv[1]) as folder:
    for name in ("a", "b"):
        with open(os.path.join(folder, name), "w") as file:
            file.write("new")
print("done")
"""


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.mark.parametrize("kill_at", range(1, 9))
def test_directory_is_old_or_new_whenever_the_process_is_killed(tmp_path: Path, kill_at: int) -> None:
    target = tmp_path / "target"
    target.mkdir()
    old = {"a": "old", "c": "old"}
    for name, text in old.items():
        (target / name).write_text(text)
    command = [sys.executable, "-c", KILLED.format(kill_at=kill_at), str(target)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode in (0, 9), result.stderr
    assert content(target) in (old, {"a": "new", "b": "new"})
    atomic.remove_temporary_entries(str(tmp_path))
    assert os.listdir(tmp_path) == ["target"]


def test_systems_without_exchange_replace_directories_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic, "_exchange", lambda first, second: False)
    for text in ("old", "new"):
        with atomic.new_directory(str(tmp_path / "target")) as folder:
            Path(folder, text).write_text(text)
    assert content(tmp_path / "target") == {"new": "new"}
    assert os.listdir(tmp_path) == ["target"]


def test_failure_leaves_the_old_state(tmp_path: Path) -> None:
    atomic.write_text_atomically(str(tmp_path / "file"), "old")
    with pytest.raises(UnicodeEncodeError):
        atomic.write_text_atomically(str(tmp_path / "file"), "\ud800")
    with pytest.raises(RuntimeError), atomic.new_directory(str(tmp_path / "folder")):
        raise RuntimeError
    assert content(tmp_path) == {"file": "old"}


def test_file_gets_the_usual_rights(tmp_path: Path) -> None:
    atomic.write_text_atomically(str(tmp_path / "file"), "text")
    (tmp_path / "plain").write_text("text")
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("path", ["", ".", ".."])
def test_the_working_directory_is_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    (tmp_path / "inner" / "mine").write_text("mine")
    with pytest.raises(UserValueError), atomic.new_directory(path):
        pytest.fail("not reached")
    if not path:
        with pytest.raises(UserValueError):
            atomic.write_text_atomically(path, "text")
    assert content(tmp_path / "inner") == {"mine": "mine"}


def test_a_link_stays_when_its_directory_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with atomic.new_directory(str(tmp_path / "link")) as folder:
        Path(folder, "new").write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert content(tmp_path / "real") == {"new": "new"}


def test_files_and_directories_follow_the_mask_without_changing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plain").write_text("")
    (tmp_path / "plain_dir").mkdir()
    # another thread would create its files with the mask of that moment
    monkeypatch.setattr(os, "umask", lambda mask: pytest.fail("the mask of the process was changed"))
    atomic.write_text_atomically(str(tmp_path / "file"), "a")
    with atomic.new_directory(str(tmp_path / "directory")):
        pass
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert (tmp_path / "directory").stat().st_mode == (tmp_path / "plain_dir").stat().st_mode
