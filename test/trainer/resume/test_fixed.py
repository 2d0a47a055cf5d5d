# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The table of what a run keeps names parameters that exist, each with a reason and a way on."""

import dataclasses

import pytest

from test.conftest import FIXTURES
from tfaip.params.cli.errors import ParameterErrors
from tfaip.params.codec import load_json
from tfaip.params.diff import Difference
from tfaip.trainer.resume.fixed import FIXED_FIELDS, check_fixed, is_same_path, kept_parameters

STORED = load_json(FIXTURES / "params" / "v2_trainer_params.json")


@pytest.mark.parametrize("field", FIXED_FIELDS, ids=lambda field: field.path)
def test_each_field_exists_and_is_refused_with_its_reason(field) -> None:
    node = STORED
    for name in field.path.removesuffix(".*").split("."):
        node = node[name]
    path = field.path.replace("*", "model")
    with pytest.raises(ParameterErrors) as caught:
        check_fixed([Difference(path, "old", "new"), Difference("epochs", 1, 2)], "RUN")
    (mistake,) = caught.value.mistakes
    assert field.reason in mistake.what
    assert mistake.hint
    assert "{" not in mistake.hint
    assert mistake.expected.strip('"') == "old"
    assert mistake.got.strip('"') == "new"


def test_other_changes_are_no_mistakes() -> None:
    check_fixed([Difference("epochs", 1, 2), Difference("scenario.model.bias", False, True)], "RUN")


def test_the_parser_keeps_all_of_the_table() -> None:
    kept = kept_parameters("RUN")
    assert [rule.path for rule in kept] == [f"trainer.{field.path}" for field in FIXED_FIELDS]
    assert all(rule.reason.startswith("when a run is resumed: ") and "{" not in rule.hint for rule in kept)


def test_the_directory_of_a_run_may_be_written_in_any_way() -> None:
    assert is_same_path("runs/tiny", "./runs/tiny/")
    assert is_same_path(None, None)
    assert not is_same_path("runs/tiny", "runs")
    assert not is_same_path("runs/tiny", None)


def test_fields_of_the_table_are_plain_data() -> None:
    assert len({field.path for field in FIXED_FIELDS}) == len(FIXED_FIELDS)
    assert all(not field.reason.endswith(".") for field in FIXED_FIELDS)
    assert all(dataclasses.is_dataclass(field) for field in FIXED_FIELDS)
