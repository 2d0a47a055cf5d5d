# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Each row of the page on older spellings is true: both spellings mean the same."""

import importlib
import re
import shlex
import tomllib
from functools import reduce

import pytest

from test.conftest import ROOT
from tfaip.scenario.importing import import_scenario
from tfaip.scripts import lav, predict, train

SECTIONS = re.split(r"^## ", (ROOT / "docs" / "spellings.md").read_text(encoding="utf-8"), flags=re.MULTILINE)


def rows(title):
    """Return the rows of the table in a section, each cell without code marks."""
    (section,) = [section for section in SECTIONS if section.startswith(title)]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    assert lines
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def parsed_training(line, monkeypatch):
    return train.parse_args(["examples.tutorial.full", *shlex.split(line)])[1]


def parsed_evaluation(line, monkeypatch):
    return parsed_by(lav, "evaluate", line, monkeypatch)


def parsed_prediction(line, monkeypatch):
    return parsed_by(predict, "predict", line, monkeypatch)


def parsed_by(program, last_step, line, monkeypatch):
    from examples.tutorial.full.scenario import TutorialScenario

    parsed = []
    monkeypatch.setattr(program, "check_model_directory", lambda path: {})
    monkeypatch.setattr(program, "load_scenario", lambda path: (TutorialScenario, None))
    monkeypatch.setattr(program, last_step, lambda args, *_: parsed.append(args))
    program.main(["--export_dir", "m", *shlex.split(line)])
    return parsed[0]


PARSE = {"tfaip-train": parsed_training, "tfaip-lav": parsed_evaluation, "tfaip-predict": parsed_prediction}


@pytest.mark.parametrize("row", rows("Flags"), ids=lambda row: row[0])
def test_both_flags_mean_the_same(row, monkeypatch):
    older, today, program, _ = row
    parse = PARSE[program]
    result = parse(older, monkeypatch)
    assert result == parse(today, monkeypatch)
    if "PredictorParams" not in older:
        assert result != parse("", monkeypatch)


@pytest.mark.parametrize("row", rows("Scenarios"), ids=lambda row: row[0])
def test_both_names_are_the_same_scenario(row):
    assert import_scenario(row[0]) is import_scenario(row[1])


def object_at(reference):
    module, _, name = reference.partition(":")
    return reduce(getattr, name.split("."), importlib.import_module(module))


@pytest.mark.parametrize("row", rows("Names in Python"), ids=lambda row: row[0])
def test_both_names_are_the_same_object(row):
    assert object_at(row[0]) is object_at(row[1])


@pytest.mark.parametrize("row", rows("Programs and folders"), ids=lambda row: row[0])
def test_both_programs_are_the_same(row):
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts[row[0]] == scripts[row[1]]


def test_what_cannot_run_is_listed_and_nothing_else():
    listed = {name.strip().strip("`").partition(" ")[0] for row in rows("What cannot") for name in row[0].split(",")}
    assert listed == {"--device.gpus"}
