# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The files of a record say the same after they were written and read, and whatever else is in them harms nobody."""

import json
import math
import os
import threading
from pathlib import Path

import pytest

from tfaip.runs.format.code import CodeFile, CodeManifest, read_manifest, write_manifest
from tfaip.runs.format.files import read_object
from tfaip.runs.format.metrics import Level, Rewind, Values, parse_line, to_line, without_rewound
from tfaip.runs.format.names import full_name, split_name
from tfaip.runs.format.process import is_alive, process_start
from tfaip.runs.format.run import Git, Primary, RunInfo, Session, read_run, write_run
from tfaip.runs.format.status import BestValue, Phase, RunError, State, Status, read_status, write_status

RUN = RunInfo(
    name="a",
    scenario="p.m:C",
    created=12.5,
    primary=Primary("val_acc", "max"),
    tags=["good"],
    note="ü",
    sessions=[
        Session(1.5, ["tfaip-train", "x"], "/w", "host", 7, 0.5, "me", "3.11", {"keras": "3"}, ["CPU"], {"cpus": 2}, 3),
        Session(git=Git("abc", "main", True, "/w"), code="code/1", resumed_epoch=2.0, resumed_step=20),
    ],
)
STATUS = Status(
    State.FAILED,
    Phase.VALIDATION,
    t=5.0,
    epoch=1,
    epochs=4,
    step=3,
    steps=10,
    global_step=13,
    progress=0.25,
    eta_s=7.5,
    last={"loss": math.inf, "val_acc": 0.5},
    best=BestValue("val_acc", 0.5, 1),
    exit_code=1,
    error=RunError("it broke", "here"),
    pid=7,
    pid_start=0.5,
    host="host",
    dropped=2,
)


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_run(str(tmp_path), RUN)
    assert read_run(str(tmp_path)) == RUN


def test_what_a_later_version_knows_about_a_run_is_kept(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"schema": 9, "id": "x", "colour": [1]}))
    run = read_run(str(tmp_path))
    assert run is not None
    write_run(str(tmp_path), run)
    assert json.loads((tmp_path / "run.json").read_text())["colour"] == [1]


def test_a_status_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_status(str(tmp_path), STATUS)
    assert read_status(str(tmp_path)) == STATUS


def test_numbers_that_are_not_finite_are_texts_for_programs_that_read_strict_json(tmp_path: Path) -> None:
    write_status(str(tmp_path), Status(last={"a": math.nan, "b": -math.inf}))
    content = json.loads((tmp_path / "status.json").read_text(), parse_constant=pytest.fail)
    assert content["metrics"]["last"] == {"a": "NaN", "b": "-Infinity"}


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    manifest = CodeManifest("/w", {"a/b.py": CodeFile("0" * 64, 3)}, {"data.bin": "too large"})
    write_manifest(str(tmp_path), manifest)
    assert read_manifest(str(tmp_path)) == manifest


HOSTILE = [
    b"",
    b"{",
    b"[]",
    b"\xff\xfe",
    b"[" * 200_000,
    b'{"a":' * 100_000,
    b'{"schema": null, "id": [], "sessions": [1, {"pid": "x", "command": 5, "packages": []}], "primary": 3}',
    b'{"state": "running", "epoch": 1e999, "metrics": [], "best": 1, "error": "x", "progress": "NaN", "t": {}}',
    b'{"state": [], "step": true}',
    b'{"step": 1' + b"0" * 400 + b', "m": {"a": 1' + b"0" * 400 + b"}}",
]


@pytest.mark.parametrize("content", HOSTILE)
def test_no_content_of_a_file_makes_reading_fail(tmp_path: Path, content: bytes) -> None:
    for name in ("run.json", "status.json", "manifest.json"):
        (tmp_path / name).write_bytes(content)
    read_run(str(tmp_path))
    read_status(str(tmp_path))
    read_manifest(str(tmp_path))
    parse_line(content)


def test_pipes_links_folders_and_large_files_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "secret").write_text("{}")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "folder").mkdir()
    (tmp_path / "large").write_text("{}" + " " * 100)
    results: list[object] = []
    names = ("pipe", "link", "folder", "missing")
    thread = threading.Thread(target=lambda: results.extend(read_object(str(tmp_path / name)) for name in names))
    thread.daemon = True
    thread.start()
    thread.join(60)
    assert results == [None] * 4
    assert read_object(str(tmp_path / "large"), max_bytes=50) is None
    assert read_object(str(tmp_path / "secret")) == {}


def test_values_are_read_as_they_were_written() -> None:
    values = Values(1.5, 10, 0.5, "lav0", Level.STEP, {"loss": math.inf, "acc": 0.25})
    assert parse_line(to_line(values).encode()) == values
    rewind = Rewind(2.0, 10, 1.0)
    assert parse_line(to_line(rewind).encode()) == rewind


def test_a_line_that_was_not_written_to_its_end_holds_nothing() -> None:
    line = to_line(Values(1.5, 10, 0.5, m={"loss": 1.0})).encode()
    assert all(parse_line(line[:n]) is None for n in range(len(line) - 2))


def test_values_behind_a_rewind_are_no_part_of_the_training() -> None:
    records = [Values(0, 10, 1), Values(1, 20, 2), Values(2, 25, 2.5), Rewind(3, 20, 2), Values(4, 30, 3)]
    assert [values.step for values in without_rewound(records)] == [10, 20, 30]


@pytest.mark.parametrize("name", ["loss", "val_acc", "lav_l12_cer", "lav_lx", "value"])
def test_names_of_values_are_split_and_joined(name: str) -> None:
    assert full_name(*split_name(name)) == name


def test_splits_of_values() -> None:
    assert split_name("val_acc") == ("val", "acc")
    assert split_name("lav_l12_cer") == ("lav12", "cer")
    assert split_name("value") == ("train", "value")


def test_a_process_is_alive_only_with_its_own_start() -> None:
    start = process_start(os.getpid())
    assert start is not None
    assert is_alive(os.getpid(), start)
    assert is_alive(os.getpid(), None)
    assert not is_alive(os.getpid(), start - 1000)
    assert not is_alive(2**22 + 1, None)
    assert not is_alive(-1, None)


def test_a_process_that_has_ended_but_is_not_waited_for_is_not_alive() -> None:
    pid = os.posix_spawn("/bin/true", ["true"], {})
    try:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert not is_alive(pid, None)
    finally:
        os.waitpid(pid, 0)
