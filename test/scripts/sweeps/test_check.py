# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A sweep is checked against the parameters of its scenario: names, types, choices and ranges, with the lines."""

import json

import pytest

from test.conftest import ROOT
from test.docs.pages import blocks_of
from tfaip.experiments.sweeps.reader import read_sweep
from tfaip.scripts.sweeps.check import check, main, parse_result

HEAD = """\
scenario: test.tinyscenario.scenario:TinyScenario
method: grid
output_dir: out
"""


@pytest.fixture
def checked(tmp_path):
    """What the scenario says about a file."""

    def check_file(body, head=HEAD):
        path = tmp_path / "sweep.yaml"
        path.write_text(head + body)
        result = check(read_sweep(str(path)))
        for mistake in result.mistakes:
            assert mistake.where.startswith(str(path))
        lines = [(mistake.where.removeprefix(f"{path}:").partition(",")[0], mistake) for mistake in result.mistakes]
        return result, lines

    return check_file


def test_a_right_sweep_tells_the_numbers_of_its_fields_and_the_metric(checked):
    result, _ = checked("""\
arguments: {trainer.epochs: 3, model: {kind: different}}
parameters:
  learning_rate.lr: {low: 1, high: 10, count: 3}
  optimizer: {values: [Adam, SGD]}
""")
    assert not result.mistakes
    assert result.kinds == {"learning_rate.lr": "float"}
    assert result.metric == "val_loss/mean_epoch" and result.mode == "min"
    assert result.package == "test"


def test_all_mistakes_are_found_at_once_each_at_its_line(checked):
    _, found = checked("""\
arguments:
  trainer.epochz: 3
parameters:
  learning_rat.lr: {low: 1, high: 10, count: 3}
  optimizer:
    values:
      - Adam
      - SDG
      - SGD
  train.batch_size: [2, many]
  learning_rate.lr: {low: -1, high: 3}
  model.bias: [0.5, true]
  optimizer.momentum: [0.9]
""")
    told = dict(found)
    assert sorted(told, key=int) == ["5", "7", "11", "13", "14", "15", "16"]
    assert "trainer.epochs" in told["5"].hint and "learning_rate.lr" in told["7"].hint and "SGD" in told["11"].hint
    assert told["13"].got == "many (text)"
    assert "belongs to RMSprop and SGD" in told["16"].what and "when: {optimizer: SGD}" in told["16"].hint


def test_a_parameter_of_one_choice_only_is_right_if_it_exists_only_then(checked):
    result, _ = checked("""\
parameters:
  optimizer: [Adam, SGD]
  optimizer.momentum: {values: [0.0, 0.9], when: {optimizer: SGD}}
""")
    assert not result.mistakes


def test_ends_that_are_not_whole_and_ranges_without_a_grid_are_told(checked):
    _, found = checked(
        "parameters:\n  trainer.epochs: {low: 1, high: 3, step: 0.5}\n  learning_rate.lr: uniform(0.1, 1)\n"
    )
    assert [line for line, _ in found] == ["5"]
    _, found = checked("parameters:\n  trainer.epochs: {low: 1, high: 3}\n  learning_rate.lr: uniform(0.1, 1)\n")
    assert [line for line, _ in found] == ["6"]


def test_a_parameter_that_is_fixed_as_well_is_told(checked):
    _, found = checked("arguments: {trainer: {epochs: 2}}\nparameters:\n  trainer.epochs: [1, 2]\n")
    assert "set the same parameter" in found[0][1].what or "given twice" in found[0][1].what
    _, found = checked("arguments: {trainer.epochs: 2}\nparameters:\n  trainer.epochs: [1, 2]\n")
    assert "below arguments and below parameters" in found[0][1].what


def test_a_scenario_that_is_nowhere_is_told_at_its_line(checked):
    _, found = checked("parameters: {a: [1]}\n", HEAD.replace("TinyScenario", "TinyScenari"))
    assert [line for line, _ in found] == ["1"]


def test_the_result_goes_through_a_file(tmp_path):
    sweep, result = tmp_path / "sweep.yaml", tmp_path / "result.json"
    sweep.write_text(HEAD + "parameters:\n  trainer.epochz: [1]\n")
    main(str(sweep), str(result))
    read = parse_result(json.loads(result.read_text()))
    assert read.mistakes[0].where.startswith(f"{sweep}:5") and "trainer.epochs" in read.mistakes[0].hint


def test_the_sweeps_of_the_manual_are_right(tmp_path):
    blocks = [block.code for block in blocks_of(ROOT / "docs" / "sweeps.md", "yaml") if "scenario:" in block.code]
    assert blocks
    for number, code in enumerate(blocks):
        path = tmp_path / f"{number}.yaml"
        path.write_text(code)
        assert check(read_sweep(str(path))).mistakes == []
