# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Rows are chosen and ordered by what is known of runs, their values and their parameters."""

import math
from typing import Any

import pytest

from tfaip.runs.format.run import Primary
from tfaip.runs.format.status import BestValue
from tfaip.runs.reading.summary import RunSummary, ShownState
from tfaip.runs.table.columns import Columns
from tfaip.runs.table.conditions import Condition
from tfaip.runs.table.order import in_order
from tfaip.runs.table.text import aligned, show_any, show_duration, show_number, show_share, show_time
from tfaip.util.errors import UserError

RUNS = [
    RunSummary(
        "/a",
        "a",
        state=ShownState.FINISHED,
        last={"val_acc": 0.9, "loss": 1.0},
        primary=Primary("val_acc", "max"),
        best=BestValue("val_acc", 0.9, 3),
        tags=["good", "old"],
        created=1.7e9,
    ),
    RunSummary("/b", "b[1]", last={"val_acc": 0.5, "loss": math.nan}, primary=Primary("val_acc", "max")),
    RunSummary("/c", "c", note="Nice\x1b[31m", created=1.8e9),
]
PARAMS: dict[str, dict[str, Any]] = {
    "/a": {"optimizer": "Adam", "learning_rate.lr": 0.1, "scenario.model.layers": [1, 2], "val.lr": 3, "flag": True},
    "/b": {"optimizer": "SGD", "learning_rate.lr": 0.2, "scenario.model.layers": [1], "name.x": None},
    "/c": {},
}


def columns() -> Columns:
    return Columns(RUNS, lambda run: PARAMS[run.path])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[
            ("val_acc>0.5", "a"),
            ("val_acc>=0.5", "ab"),
            ("val_acc = 0.90", "a"),
            ("val_acc<1e9", "ab"),
            ("loss!=1", "bc"),
        ],
        *[("state=finished", "a"), ("state!=FINISHED", "bc"), ("state=f*", "a"), ("run=b[1]", "b"), ("run=?", "ac")],
        *[("optimizer=adam", "a"), ("optimizer=AdamOptimizer", "a"), ("optimizer=*", "ab"), ("optimizer~d", "ab")],
        *[("learning_rate.lr<=0.1", "a"), ("model.layers=1*", "ab"), ("layers=[1, 2]", ""), ("layers=2", "a")],
        *[("tags=good", "a"), ("tags!=good", "bc"), ("tags=none", "bc"), ("note~NICE", "c"), ("flag=true", "a")],
        *[
            ("flag=1", ""),
            ("x=none", "abc"),
            ("best>0.6", "a"),
            ("created>2025-06-01", "c"),
            ("created<1750000000", "a"),
        ],
        *[("trainer.optimizer==SGD", "b"), ("loss=nan", "")],
    ],
)
def test_conditions(text: str, expected: str) -> None:
    condition = Condition(text, columns())
    assert "".join(run.label[0] for run in RUNS if condition.holds(run)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        *[
            ("val_acc", "no condition"),
            (">3", "no condition"),
            ("val_ac>3", "Did you mean val_acc"),
            ("epoch>x", "a number"),
        ],
        *[
            ("lr=3", "learning_rate.lr, val.lr"),
            ("created>yesterday", "2026-01-31"),
            ("optimiser=x", "Did you mean optimizer"),
        ],
    ],
)
def test_wrong_conditions_are_told(text: str, message: str) -> None:
    with pytest.raises(UserError) as error:
        Condition(text, columns())
    assert message in error.value.render()


@pytest.mark.parametrize(
    ("name", "reverse", "expected"),
    [
        *[("val_acc", False, "abc"), ("val_acc", True, "bac"), ("best", False, "abc"), ("loss", False, "abc")],
        *[("loss", True, "abc"), ("created", False, "acb"), ("created", True, "cab"), ("optimizer", True, "bac")],
        *[("learning_rate.lr", False, "abc"), ("layers", False, "abc")],
    ],
)
def test_the_best_or_smallest_is_first_and_what_is_missing_last(name: str, reverse: bool, expected: str) -> None:
    runs = in_order(RUNS, columns().find(name), reverse)
    assert "".join(run.label[0] for run in runs) == expected


def test_parameters_are_read_only_if_they_are_asked_for() -> None:
    found = Columns(RUNS, lambda run: pytest.fail("read"))
    assert [column.name for column in found.defaults()][-2:] == ["tags", "note"]
    assert Condition("val_acc>0.5", found).holds(RUNS[0])


def test_cells_are_aligned_and_cannot_control_the_terminal() -> None:
    assert aligned([["a", "1"], ["b\x1b\n", "22"]], right=(1,)) == ["a         1", "b\\x1b\\n  22"]
    assert aligned([["abcdef"]], widest=4) == ["abc…"]


def test_values_as_text() -> None:
    assert [show_share(value) for value in (None, 0.999, 1.0, math.nan, -1.0)] == ["-", "99 %", "100 %", "-", "0 %"]
    assert [show_any(value) for value in (None, True, 3, 0.1, [1, "a"], "x")] == ["-", "True", "3", "0.1", "1, a", "x"]
    assert (show_time(0), show_time(1e300), show_time(math.inf), show_duration(None)) == ("-", "-", "-", "-")
    assert (show_duration(3661), show_number(None), show_number(math.nan)) == ("1:01:01", "-", "nan")
