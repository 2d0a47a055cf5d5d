# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Trainings as the rows of a sheet: killed, resumed, written back."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from test.experiments.sheet.sheets import row, table, write_workbook
from test.experiments.waiting import wait_for
from test.scripts.runs import SCENARIO

ROOT = Path(__file__).resolve().parents[3]
# the start of TensorFlow on a loaded machine, several times
LONG = 600
EPOCHS = 4
NAMES = ["epochs", "output_dir", "random_seed", "n", "batch_size", "n"]


@pytest.fixture
def folder(tmp_path):
    rows = [row(i, EPOCHS, f"models/{i}", 1, 8, 4, 4, script=f"tfaip-train {SCENARIO}") for i in (1, 2)]
    groups = ["trainer", None, None, "train", None, "val"]
    write_workbook(tmp_path / "plan.xlsx", table(NAMES, rows, groups=groups))
    return tmp_path


def start(folder, *args):
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tfaip.scripts.experimenter", "--xlsx", "plan.xlsx", *args]
    return subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def jobs(folder):
    path = folder / "plan.xlsx.jobs" / "state.json"
    return json.loads(path.read_text())["jobs"] if path.exists() else {}


def commands(folder, name):
    lines = (folder / "plan.xlsx.jobs" / f"{name}.log").read_text().splitlines()
    return [line.partition("tfaip.scripts.")[2].split()[0] for line in lines if line.startswith("# 20")]


@pytest.mark.slow
def test_a_killed_training_is_resumed_and_the_results_go_into_the_workbook(folder):
    process = start(folder, "--cpus", "0", "1", "--retries", "1")
    try:
        wait_for(lambda: (folder / "models" / "1" / "trainer_params.json").exists(), "the start", LONG)
        os.kill(jobs(folder)["1"]["pid"], signal.SIGKILL)
        out, _ = process.communicate(timeout=LONG)
    finally:
        process.kill()
    assert process.returncode == 0, out
    assert {name: job["state"] for name, job in jobs(folder).items()} == {"1": "finished", "2": "finished"}
    assert commands(folder, "1") == ["train", "resume_training"]
    assert commands(folder, "2") == ["train"]
    process = start(folder, "--update")
    out, _ = process.communicate(timeout=LONG)
    assert process.returncode == 0, out
    rows = list(load_workbook(folder / "plan.xlsx").worksheets[1].iter_rows(values_only=True))
    assert [cells[-2:] for cells in rows] == [("epoch", "state"), (EPOCHS, "finished"), (EPOCHS, "finished")]
    assert isinstance(rows[1][rows[0].index("loss")], float)
    assert rows[1][len(NAMES) + 1 :] == rows[2][len(NAMES) + 1 :], "both have the same seed, the killed one, too"
