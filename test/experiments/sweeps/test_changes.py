# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A sweep goes on only with the file that it was begun with, except for more trials."""

import pytest

from test.experiments.sweeps.sweepfiles import sweep_of
from tfaip.experiments.sweeps.changes import check_unchanged, plan_of
from tfaip.util.errors import UserError

BODY = "arguments: {epochs: 3}\nparameters:\n  lr: [0.1, 0.2]\n  n: {low: 1, high: 3}\n"


@pytest.fixture
def change(tmp_path):
    """Checks a sweep after one of 4 trials by chance; returns the differences."""

    def check(body=BODY, method="random", **keys):
        before = plan_of(sweep_of(tmp_path, BODY, "random", trials=4, seed=1))
        now = plan_of(sweep_of(tmp_path, body, method, **{"trials": 4, "seed": 1, **keys}))
        check_unchanged(before, now, "sweep.yaml", "out/sweep")

    return check


@pytest.mark.parametrize("trials", [4, 40])
def test_more_trials_are_welcome(change, trials):
    change(trials=trials)


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        ({"trials": 3}, "trials: 4 -> 3"),
        ({"seed": 2}, "seed: 1 -> 2"),
        ({"method": "grid"}, 'method: "random" -> "grid"'),
        ({"body": BODY.replace("epochs: 3", "epochs: 4")}, "arguments.epochs: 3 -> 4"),
        ({"body": BODY.replace("high: 3", "high: 4")}, "parameters.n: "),
        ({"body": BODY.replace("  lr: [0.1, 0.2]\n", "")}, "-> nothing"),
        ({"body": BODY + "  m: [1]\n"}, "parameters.m: nothing -> "),
        ({"body": "arguments: {epochs: 3}\nparameters:\n  n: {low: 1, high: 3}\n  lr: [0.1, 0.2]\n"}, "order"),
    ],
)
def test_any_other_change_is_refused_with_the_difference(change, changed, difference):
    with pytest.raises(UserError) as caught:
        change(**changed)
    assert difference in caught.value.got
