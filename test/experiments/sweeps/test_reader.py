# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Sweep files are read as a whole: all mistakes at once, each with its line."""

import pytest

from test.experiments.sweeps.sweepfiles import sweep_of, write_sweep
from tfaip.experiments.sweeps.kinds import NumberKind, with_kinds
from tfaip.experiments.sweeps.reader import read_sweep
from tfaip.experiments.sweeps.space import Choices, Range
from tfaip.util.errors import UserError, UserFileNotFoundError


def mistakes_of(folder, body, method="grid", **keys):
    path = write_sweep(folder, body, method, **keys)
    with pytest.raises(UserError) as caught:
        read_sweep(str(path))
    return str(caught.value).replace(str(path), "FILE")


def test_all_forms_of_values_are_understood(tmp_path):
    body = """\
arguments: {trainer: {epochs: 2}}
parameters:
  learning_rate:
    lr: loguniform(1e-4, 1e-1)
    lr_decay_rate: {low: 0.1, high: 0.9, step: 0.4}
  optimizer: [Adam, SGD]
  optimizer.momentum:
    values: [0.0, 0.9]
    when: {optimizer: SGD}
  model.values: {values: [[1, 2], [3]]}
"""
    sweep = sweep_of(tmp_path, body, trials=3, seed=7)
    assert {parameter.name: parameter.space for parameter in sweep.parameters} == {
        "learning_rate.lr": Range(1e-4, 1e-1, log=True),
        "learning_rate.lr_decay_rate": Range(0.1, 0.9, step=0.4),
        "optimizer": Choices(("Adam", "SGD")),
        "optimizer.momentum": Choices((0.0, 0.9)),
        "model.values": Choices(([1, 2], [3])),
    }
    assert sweep.parameters[3].when == (("optimizer", ("SGD",)),)
    assert (sweep.trials, sweep.seed, sweep.metric, sweep.mode) == (3, 7, "val_acc", "max")
    assert sweep.arguments["trainer"].plain() == {"epochs": 2}


def test_those_that_others_depend_on_come_first(tmp_path):
    body = "parameters:\n  a: {values: [1], when: {b: x}}\n  b: {values: [x, y], when: {c: [1, 2]}}\n  c: [1, 2, 3]\n"
    assert sweep_of(tmp_path, body).names == ["c", "b", "a"]


def test_all_mistakes_are_told_with_their_lines(tmp_path):
    body = """\
trails: 3
sampler: tpe
arguments: {trainer: {output_dir: here}}
parameters:
  a: 5
  b: {low: 2, high: 1}
  c: {low: 1, hihg: 3}
  d: griid(1, 2)
  e: {values: [1], when: {f: 1}}
  g: []
  h: {low: a, high: 3}
  i: {low: 1, high: 3, count: 1.5}
"""
    text = mistakes_of(tmp_path, body)
    found = ["trails", "sampler belongs to optuna", "directory of its own", "a has no values", "range is empty"]
    found += ["unknown key hihg", "c needs high", "no space of values", "depends on f", "no value to choose"]
    found += ["h.low has a wrong value", "i.count has a wrong value"]
    for what in found:
        assert what in text, what
    for line in (6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17):
        assert f"FILE:{line}" in text, line
    assert "Did you mean trials?" in text and "Did you mean high?" in text and "Did you mean grid" in text


@pytest.mark.parametrize(
    ("parameters", "what"),
    [
        ("{a: {values: [1], when: {b: 1}}, b: {values: [1], when: {a: 1}}}", "depends on itself"),
        ("{a: {values: [1], when: {b: SGd}}, b: [SGD]}", "Did you mean SGD?"),
        ("{a: {values: [1], when: {b: 1}}, b: {low: 0, high: 1}}", "no listed values"),
        ("{a: {values: [1], when: 1}}", "when has a wrong value"),
        ("{a: {b-c: [1]}, a.b_c: [2]}", "given twice"),
        ("{}", "no parameters"),
        ("[a]", "parameters has a wrong value"),
    ],
)
def test_wrong_conditions_and_names_are_told(tmp_path, parameters, what):
    assert what in mistakes_of(tmp_path, f"parameters: {parameters}\n")


def test_what_is_missing_is_told(tmp_path):
    path = tmp_path / "sweep.yaml"
    path.write_text("method: randm\nmetric: val_acc\n")
    with pytest.raises(UserError) as caught:
        read_sweep(str(path))
    text = str(caught.value)
    for what in ("scenario is required", "output_dir is required", "parameters is required", "mode is required"):
        assert what in text
    assert "Did you mean random?" in text
    with pytest.raises(UserFileNotFoundError):
        read_sweep(str(tmp_path / "none.yaml"))


def test_a_search_by_chance_needs_a_number_of_trials(tmp_path):
    assert "trials is required" in mistakes_of(tmp_path, "parameters: {a: [1, 2]}\n", "random")


def test_samplers_and_pruners_have_names_and_options(tmp_path):
    body = "sampler: {name: TPE, startup_trials: 3}\npruner: median\nparameters: {a: [1, 2]}\n"
    sweep = sweep_of(tmp_path, body, "optuna", trials=3)
    assert (sweep.sampler, sweep.pruner) == (("tpe", {"startup_trials": 3}), ("median", {}))
    body = "sampler: {name: tpe, startup_trails: 3}\npruner: mediann\nparameters: {a: [1, 2]}\n"
    text = mistakes_of(tmp_path, body, "optuna", trials=3)
    assert "Did you mean startup_trials?" in text and "Did you mean median?" in text


def test_the_field_tells_whether_numbers_are_whole(tmp_path):
    body = "parameters:\n  a: {low: 1, high: 4}\n  b: {low: 1, high: 4}\n  c: {low: 0.5, high: 4}\n"
    sweep = read_sweep(str(write_sweep(tmp_path, body)))
    kinds = {"a": NumberKind.INT, "b": NumberKind.FLOAT, "c": NumberKind.INT}
    changed, mistakes = with_kinds(sweep, kinds)
    assert [parameter.space.is_int for parameter in changed.parameters] == [True, False]
    assert len(mistakes) == 1 and mistakes[0].where.endswith("sweep.yaml:9, c")
