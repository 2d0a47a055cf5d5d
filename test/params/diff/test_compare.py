# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Differences of parameter trees are told by tree path, and nothing else is."""

import copy
import json
import math
from typing import Any

import pytest

from test.conftest import FIXTURES
from tfaip.params.diff import MISSING, Difference, diff_params
from tfaip.params.diff.provenance import PROVENANCE
from tfaip.params.migrations import migrate
from tfaip.util.errors import UserError

ADAM = "tfaip.trainer.optimizer.optimizers:AdamOptimizer"
SGD = "tfaip.trainer.optimizer.optimizers:SGDOptimizer"


def load(name: str) -> dict[str, Any]:
    return json.loads((FIXTURES / "params" / name).read_text())


def pairs(a: dict[str, Any], b: dict[str, Any], **kwargs: Any) -> list[tuple[str, Any, Any]]:
    return [(d.path, d.a, d.b) for d in diff_params(a, b, **kwargs)]


def test_changed_values_are_told_by_their_path() -> None:
    a, b = load("v2_trainer_params.json"), load("v2_trainer_params.json")
    b["epochs"] = 9
    b["gen"]["setup"]["train"]["batch_size"] = 3
    b["scenario"]["data"]["pre_proc"]["processors"][0]["factor"] = 2.0
    assert diff_params(a, b) == [
        Difference("epochs", 7, 9),
        Difference("scenario.data.pre_proc.processors.0.factor", 1.0, 2.0),
        Difference("gen.setup.train.batch_size", 16, 3),
    ]


@pytest.mark.parametrize("name", ["v1_trainer_params.json", "v2_trainer_params.json", "v1_scenario_params.json"])
def test_file_of_any_version_equals_itself_and_its_migrated_form(name: str) -> None:
    assert diff_params(load(name), load(name), all_fields=True) == []
    assert diff_params(load(name), migrate(load(name)), all_fields=True) == []


@pytest.mark.parametrize("path", [path for path in PROVENANCE if path != "tfaip_schema"])
def test_state_and_origin_are_left_out_unless_asked_for(path: str) -> None:
    a, b = load("v2_trainer_params.json"), load("v2_trainer_params.json")
    *parents, last = path.split(".")
    node = b
    for name in parents:
        node = node[name]
    assert last in node
    node[last] = "other"
    assert diff_params(a, b) == []
    assert [d.path for d in diff_params(a, b, all_fields=True)] == [path]


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        (1, 1.0, True),
        (True, 1, False),
        (False, 0, False),
        (math.nan, math.nan, True),
        (None, 0, False),
        ("1", 1, False),
        ([1, 2], [1.0, 2], True),
        ([1, 2], [2, 1], False),
        ([1, [2]], [1, [2.0]], True),
        ([], None, False),
    ],
)
def test_values_are_equal_by_what_they_mean(a: Any, b: Any, equal: bool) -> None:
    assert (diff_params({"x": a}, {"x": b}) == []) is equal


def test_order_of_a_set_says_nothing() -> None:
    a, b = load("v1_trainer_params.json"), load("v1_trainer_params.json")
    b["scenario"]["data"]["pre_proc"]["processors"][0]["modes"].reverse()
    assert diff_params(a, b) == []


def test_long_lists_are_compared_by_element() -> None:
    letters = list("abcdefghijklm")
    changed = [*letters[:5], "?", *letters[6:]]
    assert pairs({"x": letters}, {"x": changed}) == [("x.5", "f", "?")]
    assert pairs({"x": letters}, {"x": letters[:-1]}) == [("x", letters, letters[:-1])]


def test_another_class_is_told_as_such_with_the_fields_that_differ() -> None:
    a = {"optimizer": {"clip_norm": None, "beta_1": 0.9, "__cls__": ADAM}}
    b = {"optimizer": {"clip_norm": None, "momentum": 0.5, "__cls__": SGD}}
    assert pairs(a, b) == [
        ("optimizer.__cls__", ADAM, SGD),
        ("optimizer.beta_1", 0.9, MISSING),
        ("optimizer.momentum", MISSING, 0.5),
    ]


@pytest.mark.parametrize("name", ["Net", "net", "NetGraph", "NetGraphParams", "a.b:NetGraphParams"])
def test_name_of_a_choice_equals_its_class(name: str) -> None:
    assert pairs({"graph": {"__cls__": "a.b:NetGraphParams"}}, {"graph": {"__cls__": name}}) == []
    assert pairs({"graph": name}, {"graph": {"n": 1, "__cls__": "a.b:NetGraphParams"}}) == []


def test_processor_pipelines_have_short_names() -> None:
    pipeline = "tfaip.data.pipeline.processor.params:SequentialProcessorPipelineParams"
    assert pairs({"p": {"__cls__": pipeline}}, {"p": {"__cls__": "Sequential"}}) == []


@pytest.mark.parametrize("name", ["Ne", "Other", "a.c:NetGraphParams", "NetParams"])
def test_other_names_are_other_classes(name: str) -> None:
    reference = "a.b:NetGraphParams"
    assert pairs({"graph": {"__cls__": reference}}, {"graph": {"__cls__": name}}) == [
        ("graph.__cls__", reference, name)
    ]


def test_elements_of_lists_and_dicts_that_only_one_has_are_told() -> None:
    layer = {"n": 1, "__cls__": "m:Layer"}
    assert pairs({"layers": [layer]}, {"layers": [layer, {**layer, "n": 2}]}) == [
        ("layers.1.n", MISSING, 2),
        ("layers.1.__cls__", MISSING, "m:Layer"),
    ]
    assert pairs({"named": {"a": layer}}, {"named": {}}) == [
        ("named.a.n", 1, MISSING),
        ("named.a.__cls__", "m:Layer", MISSING),
    ]
    assert pairs({"layer": layer}, {"layer": None}) == [("layer", layer, None)]


def test_scenario_alone_is_compared_with_that_of_a_training() -> None:
    scenario = load("v2_scenario_params.json")
    assert diff_params(scenario, load("v2_trainer_params.json")) == []
    changed = copy.deepcopy(scenario)
    changed["model"]["bias"] = False
    assert pairs(load("v2_trainer_params.json"), changed) == [("scenario.model.bias", True, False)]


def test_what_a_partial_tree_does_not_say_is_not_compared() -> None:
    full = load("v2_trainer_params.json")
    assert pairs({"epochs": 7}, full, partial=(True, False)) == []
    assert pairs(full, {"epochs": 8, "new": 1}, partial=(False, True)) == [("epochs", 7, 8), ("new", MISSING, 1)]


def test_later_versions_are_refused() -> None:
    with pytest.raises(UserError, match="newer version"):
        diff_params({}, {"tfaip_schema": 99})
