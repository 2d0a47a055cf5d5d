# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The values of the last epoch are read from the record of a run, or from its log."""

import math
import time

import pytest

from test.experiments.sheet.sheets import row, table, write_csv
from tfaip.experiments.sheet.results import collect_results
from tfaip.experiments.sheet.rows import read_sheet
from tfaip.runs.format.run import RunInfo, write_run
from tfaip.runs.format.status import State, Status, write_status
from tfaip.util.errors import UserError


@pytest.fixture
def collect(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def collect_rows(*rows):
        path = write_csv(tmp_path / "p.csv", table(["epochs", "output_dir"], rows, groups=["trainer"]))
        return collect_results(read_sheet(path)[0], now=0.0)

    return collect_rows


def test_the_record_of_a_run_tells_the_values(collect, tmp_path):
    for name, last in (("a", {"loss": 0.1 + 1e-9, "n": 3.0}), ("b", {"loss": math.nan, "val_acc": 1 / 3})):
        (tmp_path / name).mkdir()
        write_run(str(tmp_path / name), RunInfo(name=name))
        write_status(str(tmp_path / name), Status(State.FINISHED, t=time.time(), epoch=2, epochs=2, last=last))
    results = collect(
        row("1", "2", "a"), row("2", "2", "b", skip="x"), row("3", "2", "a", skip="x"), row("4", "2", "c")
    )
    assert results.rows == [
        ["ID", "trainer.epochs", "trainer.output_dir", "loss", "n", "val_acc", "epoch", "state"],
        [1, 2, "a", 0.1, 3.0, None, 2, "finished"],
        [2, 2, "b", "nan", None, 0.3333333, 2, "finished"],
        [3, 2, "a", None, None, None, None, "skipped"],
        [4, 2, "c", None, None, None, None, "not started"],
    ]
    assert (results.title.startswith("results ") and "-1970 (" in results.title) or "-1969 (" in results.title


def test_the_log_tells_them_if_there_is_no_record(collect, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "train.log").write_text(
        "INFO x: Results of epoch 1 loss: 2.5 - val_acc: 0.25\nINFO x: Results of epoch 2 loss: 1.5 - val_acc: 0.5\n"
    )
    assert collect(row("1", "2", "old")).rows[1][3:5] == [1.5, 0.5]


def test_names_that_look_like_numbers_stay_names(collect):
    assert [line[0] for line in collect(*(row(name, "2", name) for name in ("007", "1_0", "1.5", "12"))).rows[1:]] == [
        "007",
        "1_0",
        1.5,
        12,
    ]


def test_a_sheet_without_directories_has_no_results(tmp_path):
    path = write_csv(tmp_path / "p.csv", table(["epochs"], [row("1", "2")]))
    with pytest.raises(UserError, match="does not tell where the results are"):
        collect_results(read_sheet(path)[0])
