# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The results of a sweep: all in the file, the best ones on the terminal."""

import csv

from test.experiments.sweeps.fakejobs import ACC
from tfaip.experiments.sweeps.objective import Objective
from tfaip.experiments.sweeps.results import MOST_ROWS, best_of, counts_text, csv_text, table_text
from tfaip.experiments.sweeps.spec import Mode
from tfaip.experiments.sweeps.trialrecord import TrialRecord, TrialState

RECORDS = [
    TrialRecord(0, {"lr": 0.123456789}, TrialState.FINISHED, value=0.5, epoch=2.0, started=1.0, ended=3.5, exit_code=0),
    TrialRecord(1, {"lr": 0.2, "name": "a, \x1b[31mb"}, TrialState.PRUNED, value=0.9, epoch=1.0),
    TrialRecord(2, {"lr": 0.3, "name": [1, 2]}, TrialState.FINISHED, value=0.7, epoch=3.0),
    TrialRecord(3, {"lr": 0.4}, TrialState.FAILED, error="disk full"),
]
NAMES = ["lr", "name"]


def test_the_best_one_has_finished():
    assert best_of(RECORDS, Mode.MAX).number == 2
    assert best_of(RECORDS, Mode.MIN).number == 0
    assert best_of(RECORDS[1:2], Mode.MAX) is None
    assert best_of(RECORDS, None) is None


def test_the_file_has_all_trials_in_their_order_with_exact_values():
    rows = list(csv.DictReader(csv_text(RECORDS[::-1], NAMES, "val_acc", "out").splitlines()))
    assert [row["trial"] for row in rows] == ["0", "1", "2", "3"]
    assert rows[0] == {
        "trial": "0",
        "state": "finished",
        "val_acc": "0.5",
        "epoch": "2.0",
        "lr": "0.123456789",
        "name": "",
        "seconds": "2.5",
        "exit_code": "0",
        "output_dir": "out/trial_0000",
        "error": "",
    }
    assert rows[2]["name"] == "[1, 2]" and rows[3]["error"] == "disk full"


def test_the_table_begins_with_the_best_one_and_cannot_control_the_terminal():
    lines = table_text(RECORDS, NAMES, ACC).splitlines()
    assert [line.split()[0] for line in lines] == ["trial", "2", "0", "1", "3"]
    assert lines[0].split() == ["trial", "state", "val_acc", "epoch", "lr", "name"]
    assert "\x1b" not in "".join(lines)
    lowest = table_text(RECORDS, NAMES, Objective("val_loss", Mode.MIN)).splitlines()
    assert [line.split()[0] for line in lowest[1:3]] == ["0", "2"]


def test_a_long_table_is_cut():
    text = table_text([TrialRecord(number) for number in range(MOST_ROWS + 5)], [], None)
    assert len(text.splitlines()) == MOST_ROWS + 2 and "5 more" in text


def test_the_states_are_counted():
    assert counts_text(RECORDS) == "2 finished, 1 pruned, 1 failed"
