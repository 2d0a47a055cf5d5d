# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A training that is killed by SIGKILL at random moments and resumed ends as if never killed, bit by bit."""

import random
import sys
from pathlib import Path

import pytest

from benchmarks import kill_resume
from benchmarks.killing.runs import Server, kill_and_resume, never_killed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL"),
]

# models that are exported are left to the long test
SHORT = ["--trainer.epochs", "2", "--trainer.export_best", "False", "--trainer.export_final", "False"]


def test_training_that_is_killed_a_few_times_ends_the_same(tmp_path: Path) -> None:
    with Server() as server:
        expected, seconds = never_killed(server, tmp_path / "whole", SHORT)
        assert set(expected.values) == {0, 1}
        assert all(len(lines) == 1 for lines in expected.values.values())
        run = kill_and_resume(server, tmp_path / "run", expected, SHORT, 4, seconds, random.Random())
    assert run.differences == [], (tmp_path / "run" / "train.log").read_text()


def test_trainings_that_are_killed_many_times_end_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    runs, _ = kill_resume.measure(20, seed=random.randrange(10**6))
    assert sum(run.kills for run in runs) == 20
    assert [run.differences for run in runs if run.differences] == []
    assert "identical |" in kill_resume.table(runs)
