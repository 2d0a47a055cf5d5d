# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The values of a run are read bit by bit, and what a resumed training has taken back is gone."""

import math
import os
from pathlib import Path

import pytest

from test.runs.writing import epochs, write_events, write_metrics
from tfaip.runs.format.metrics import MAX_LINE_BYTES, Level, Rewind, Values
from tfaip.runs.reading.curves import curves_of, epoch_curves
from tfaip.runs.reading.metrics import MetricsUpdate, read_metrics
from tfaip.runs.reading.run import Run


def steps(values: list[Values]) -> list[int]:
    return [entry.step for entry in values if entry.split == "train"]


class Reader:
    """Keeps what it has read, as a dashboard does."""

    def __init__(self, run: Path):
        self.run = run
        self.cursor: str | None = None
        self.values: list[Values] = []

    def read(self) -> MetricsUpdate:
        update = read_metrics(str(self.run), self.cursor)
        self.cursor = update.cursor
        self.values = update.add_to(self.values)
        return update


def test_only_what_was_added_is_read_again(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    assert reader.read().values == []
    write_metrics(tmp_path, epochs(2))
    assert steps(reader.read().values) == [10, 20]
    assert reader.read().values == []
    write_metrics(tmp_path, epochs(1, first=3))
    update = reader.read()
    assert steps(update.values) == [30] and not update.reset
    assert steps(reader.values) == [10, 20, 30]


def test_what_a_training_has_gone_back_behind_is_gone(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    write_metrics(tmp_path, epochs(4))
    reader.read()
    write_metrics(tmp_path, [Rewind(1.0, 20, 2.0), *epochs(2, first=3), Rewind(1.0, 30, 3.0), *epochs(1, 0.5, first=4)])
    update = reader.read()
    assert update.rewind is not None and update.rewind.step == 20
    assert steps(reader.values) == [10, 20, 30, 40]
    assert reader.values[-1].m["acc"] == 0.5 - 0.025
    assert Run(str(tmp_path)).values() == reader.values


def test_a_line_that_is_being_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    write_metrics(tmp_path, epochs(1))
    path = tmp_path / "metrics.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    assert len(reader.read().values) == 1
    with open(path, "ab") as file:
        file.write(whole[-5:])
    update = reader.read()
    assert len(update.values) == 1 and update.broken == 0


def test_broken_lines_are_counted_and_passed_over(tmp_path: Path) -> None:
    write_metrics(tmp_path, epochs(1))
    with open(tmp_path / "metrics.jsonl", "ab") as file:
        file.write(b'{"t": 1, "st\n[]\n' + b"[" * 100_000 + b"\n" + os.urandom(1000).replace(b"\n", b"") + b"\n")
        file.write(b"x" * (MAX_LINE_BYTES + 10) + b"\n\n")
    write_metrics(tmp_path, epochs(1, first=2))
    update = read_metrics(str(tmp_path))
    assert steps(update.values) == [10, 20] and update.broken == 5


@pytest.mark.parametrize("how", ["replaced", "cut off", "overwritten", "removed"])
def test_a_file_that_is_another_one_is_read_from_its_beginning(tmp_path: Path, how: str) -> None:
    reader = Reader(tmp_path)
    write_metrics(tmp_path, epochs(3))
    reader.read()
    path = tmp_path / "metrics.jsonl"
    if how == "replaced":
        path.rename(tmp_path / "old")
        write_metrics(tmp_path, epochs(5, 0.1))
    elif how == "removed":
        path.unlink()
    else:
        os.truncate(path, 0)
        write_metrics(tmp_path, epochs(5 if how == "overwritten" else 1, 0.1))
    assert reader.read().reset
    assert reader.values == Run(str(tmp_path)).values()
    assert len(reader.values) == {"replaced": 10, "cut off": 2, "overwritten": 10, "removed": 0}[how]


@pytest.mark.parametrize("cursor", ["", "x", "1-2", "zz-1-1", "-1-2-3", "1-ffffffffffffffffffff-0"])
def test_a_cursor_of_somebody_else_begins_anew(tmp_path: Path, cursor: str) -> None:
    write_metrics(tmp_path, epochs(2))
    assert steps(read_metrics(str(tmp_path), cursor).values) == [10, 20]


def test_a_large_file_is_read_in_parts(tmp_path: Path) -> None:
    padding = {"x" * 50_000: 1.0}
    write_metrics(tmp_path, [Values(1.0, step, 0.0, m=padding) for step in range(100)])
    update = read_metrics(str(tmp_path), max_bytes=1)
    assert update.more and 0 < len(update.values) < 100
    assert steps(Run(str(tmp_path)).values()) == list(range(100))


def test_a_file_without_lines_ends(tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_bytes(b"x" * (3 * MAX_LINE_BYTES))
    assert Run(str(tmp_path)).values() == []
    update = read_metrics(str(tmp_path), max_bytes=1)
    assert update.more and not read_metrics(str(tmp_path), update.cursor, max_bytes=1).values


def test_values_of_event_files_are_read_when_they_have_changed(tmp_path: Path) -> None:
    path = tmp_path / "train" / "events.out.tfevents.1"
    write_events(path, [("epoch_loss", 0, 1.0)])
    run = Run(str(tmp_path))
    first = run.metrics()
    assert first.values == [Values(500.0, 1, 1.0, "train", Level.EPOCH, {"loss": 1.0})]
    assert run.metrics(first.cursor).values == [] and not run.metrics(first.cursor).reset
    write_events(path, [("epoch_loss", 1, 0.5)])
    second = run.metrics(first.cursor)
    assert second.reset and steps(second.values) == [1, 2]


def test_the_last_value_of_a_step_counts_and_epochs_come_before_steps() -> None:
    values = [
        Values(1.0, 5, 0.5, "train", Level.STEP, {"loss": 3.0}),
        Values(2.0, 10, 1.0, "val", m={"acc": 0.1}),
        Values(3.0, 10, 1.0, "train", m={"loss": math.nan}),
        Values(4.0, 10, 1.0, "val", m={"acc": 0.2}),
        Values(5.0, 5, 0.5, "train", Level.STEP, {"rate": 1.0}),
        Values(5.0, 10, 1.0, "lav0", m={"acc": 0.3}),
    ]
    assert curves_of(values)["val_acc", Level.EPOCH].values == [0.2]
    curves = epoch_curves(values)
    assert list(curves) == ["loss", "val_acc", "rate", "lav_l0_acc"]
    assert math.isnan(curves["loss"].values[0]) and curves["rate"].level is Level.STEP
