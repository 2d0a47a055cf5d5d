# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Rows are checked against the parameters of their scenarios, and mistakes are told with their cells."""

import json
import sys

import pytest

from test.experiments.sheet.sheets import row, table, write_csv
from test.scripts.runs import SCENARIO
from tfaip.experiments.sheet.rows import read_sheet
from tfaip.scripts.xlsxexperimenter import rowcheck
from tfaip.scripts.xlsxexperimenter.checking import check_rows
from tfaip.scripts.xlsxexperimenter.commands import resolve
from tfaip.util.errors import UserError


@pytest.fixture
def experiments(tmp_path, monkeypatch):
    """Reads rows with the columns epochs, output_dir and optimizer."""
    monkeypatch.chdir(tmp_path)

    def read(*rows):
        groups = ["trainer", "trainer", "default"]
        path = write_csv(tmp_path / "p.csv", table(["epochs", "output_dir", "optimizer"], rows, groups=groups))
        sheet, mistakes = read_sheet(path)
        assert not mistakes
        return sheet.experiments

    return read


@pytest.fixture
def check(experiments, monkeypatch):
    """Checks rows in this process."""

    def parse(lines, python):
        # as they cross the border of the process
        return [json.loads(json.dumps(rowcheck.check_line(line))) for line in lines]

    monkeypatch.setattr("tfaip.scripts.xlsxexperimenter.checking._parse", parse)
    return lambda *rows: check_rows(experiments(*rows), sys.executable)


def train(name, *values):
    return row(name, *values, script=f"tfaip-train {SCENARIO}")


def test_a_row_without_mistakes_tells_what_its_parameters_are(check):
    (checked,), mistakes = check(train("1", "2", "models/a", "Adam"))
    assert not mistakes
    assert (checked.output_dir, checked.package, checked.occupied) == ("models/a", "test", None)


def test_all_mistakes_of_all_rows_have_their_cells(check):
    _, mistakes = check(
        train("1", "2x", "m/1", "Adamm"),
        train("2", "2", "m/2", "Adam"),
        row("3", "2", "m/3", script="tfaip-train no_such_package.scenario"),
        row("4", "2", "m/4", script="tfaip-train"),
        row("5", "2", "m/5", script="tfaip-resume-training"),
    )
    assert [mistake.where.partition(",")[0] for mistake in mistakes] == ["p!I4", "p!G4", "p!D6", "p!D7", "p!H8"]
    assert mistakes[0].hint.startswith("Did you mean Adam")


def test_a_directory_with_another_run_is_told(check, tmp_path):
    (tmp_path / "m" / "best").mkdir(parents=True)
    (tmp_path / "m" / "trainer_params.json").write_text("{}")
    (checked,), mistakes = check(train("1", "2", "m", None))
    assert not mistakes, "it is for the plan to say whether that is a mistake"
    assert checked.occupied.where.startswith("p!H4")
    assert "another run" in checked.occupied.what


@pytest.mark.parametrize("flag", ["--help", "--show", "--print_config"])
def test_a_row_that_would_only_print_something_is_a_mistake(check, flag):
    _, (mistake,) = check(row("1", "2", "m", None, script=f"tfaip-train {SCENARIO} {flag}"))
    assert "only print" in mistake.what


def test_an_error_of_a_scenario_is_a_mistake_of_its_row(check, tmp_path, monkeypatch):
    (tmp_path / "broken_scenario.py").write_text("raise RuntimeError('not today')")
    monkeypatch.syspath_prepend(tmp_path)
    _, (mistake,) = check(row("1", "2", "m", None, script="tfaip-train broken_scenario"))
    assert "not today" in f"{mistake.what} {mistake.got} {mistake.hint}"
    assert mistake.where.startswith("p!D4")


def test_the_python_that_runs_the_rows_checks_them(experiments):
    _, (mistake,) = check_rows(experiments(train("1", "2x", "m", None)), sys.executable)
    assert (mistake.where, mistake.got) == ("p!G4", "2x")


def test_a_python_without_tfaip_is_told(experiments, tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no tfaip here >&2; exit 1\n")
    python.chmod(0o755)
    with pytest.raises(UserError) as error:
        check_rows(experiments(train("1", "2", "m", None)), str(python))
    assert error.value.got == "no tfaip here"


def test_programs_are_those_of_tfaip_of_the_environment_of_the_system_or_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "job.py").touch()
    own = tmp_path / "bin" / "own-tool"
    own.parent.mkdir()
    own.write_text("")
    own.chmod(0o755)
    python = str(tmp_path / "bin" / "python")
    assert resolve(["tfaip-train", "x"], python) == [python, "-m", "tfaip.scripts.train", "x"]
    assert resolve(["job.py", "x"], python) == [python, "job.py", "x"]
    assert resolve(["own-tool"], python) == [str(own)]
    assert resolve(["sh", "-c", "x"], python)[1:] == ["-c", "x"]
    with pytest.raises(UserError, match="no such program"):
        resolve(["no-such-tool"], python)
