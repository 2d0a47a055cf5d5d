# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The plan of a grid and of a search by chance follows from the file alone."""

import dataclasses

import pytest

from test.experiments.sweeps.sweepfiles import sweep_of
from tfaip.experiments.sweeps.plan import check_grid, covering, key_of, planned

CONDITIONAL = """\
parameters:
  optimizer: [Adam, SGD]
  optimizer.momentum: {values: [0.0, 0.9], when: {optimizer: SGD}}
  n: {low: 1, high: 2}
"""
CONTINUOUS = "parameters:\n  lr: loguniform(1e-4, 1)\n  n: {low: 1, high: 9}\n"


def test_a_grid_has_each_combination_once_and_only_parameters_that_exist(tmp_path):
    assert list(planned(sweep_of(tmp_path, CONDITIONAL))) == [
        {"optimizer": "Adam", "n": 1},
        {"optimizer": "Adam", "n": 2},
        {"optimizer": "SGD", "optimizer.momentum": 0.0, "n": 1},
        {"optimizer": "SGD", "optimizer.momentum": 0.0, "n": 2},
        {"optimizer": "SGD", "optimizer.momentum": 0.9, "n": 1},
        {"optimizer": "SGD", "optimizer.momentum": 0.9, "n": 2},
    ]


def test_a_seed_lets_a_grid_begin_anywhere(tmp_path):
    in_order = list(planned(sweep_of(tmp_path, CONDITIONAL)))
    shuffled = list(planned(sweep_of(tmp_path, CONDITIONAL, seed=1)))
    assert shuffled != in_order
    assert sorted(map(key_of, shuffled)) == sorted(map(key_of, in_order))


@pytest.mark.parametrize(("method", "body"), [("grid", CONDITIONAL), ("random", CONDITIONAL), ("random", CONTINUOUS)])
def test_more_trials_begin_with_the_same_ones(tmp_path, method, body):
    few, many = (list(planned(sweep_of(tmp_path, body, method, trials=n, seed=3))) for n in (3, 6))
    assert len(few) == 3 and len(many) == 6
    assert many[:3] == few


def test_another_seed_is_another_search(tmp_path):
    one, other = (list(planned(sweep_of(tmp_path, CONTINUOUS, "random", trials=5, seed=n))) for n in (1, 2))
    assert one != other


def test_a_search_by_chance_has_no_trial_twice_and_ends_if_there_are_no_more(tmp_path):
    trials = list(planned(sweep_of(tmp_path, CONDITIONAL, "random", trials=100)))
    assert len(trials) == 6 == len(set(map(key_of, trials)))


def test_ranges_without_steps_have_no_grid(tmp_path):
    mistakes = check_grid(sweep_of(tmp_path, CONTINUOUS))
    assert [mistake.where.rpartition(":")[2] for mistake in mistakes] == ["7"]
    assert not check_grid(sweep_of(tmp_path, CONDITIONAL))


def test_a_grid_that_nobody_can_run_is_refused(tmp_path):
    body = "parameters:\n" + "".join(f"  p{n}: {{low: 1, high: 1000}}\n" for n in range(3))
    assert "too large" in check_grid(sweep_of(tmp_path, body))[0].what


def test_each_value_is_in_one_of_the_trials_that_are_checked(tmp_path):
    body = CONDITIONAL + "  deep: {values: [a, b], when: {optimizer.momentum: 0.9}}\n"
    trials = list(covering(sweep_of(tmp_path, body)))
    seen = {(name, value) for trial in trials for name, value in trial.items()}
    assert {("optimizer", "Adam"), ("optimizer", "SGD"), ("optimizer.momentum", 0.0), ("deep", "b"), ("n", 2)} <= seen
    assert all(trial["optimizer"] == "SGD" for trial in trials if "deep" in trial)


def test_one_and_true_are_different_values(tmp_path):
    body = "parameters:\n  a: [1, true]\n  b: {values: [x], when: {a: true}}\n"
    assert list(planned(sweep_of(tmp_path, body))) == [{"a": 1}, {"a": True, "b": "x"}]
    sweep = sweep_of(tmp_path, body)
    assert [sweep.parameters[0].line_of(value).value for value in (1, True)] == [1, True]
    assert dataclasses.replace(sweep, trials=1).trials == 1
