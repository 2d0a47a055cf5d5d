# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Enumerations, JSON of meta data, flattening."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import List

import numpy as np
import pytest

from tfaip.util.enum import StrEnum
from tfaip.util.errors import UserError
from tfaip.util.json_helper import TFAIPJsonDecoder, TFAIPJsonEncoder
from tfaip.util.nesting import to_flat, to_nested
from tfaip.util.typing import is_tensor


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Point:
    x: int
    y: int = 0
    norm: float = field(init=False, default=0.0)


@dataclass
class Line:
    points: List[Point]


def test_str_enum_prints_and_encodes_as_its_value():
    assert str(Colour.RED) == f"{Colour.RED}" == "red"
    assert Colour.RED == "red"
    assert Colour("blue") is Colour.BLUE
    assert json.dumps({"c": Colour.RED}) == '{"c": "red"}'


def test_dataclasses_survive_json():
    line = Line([Point(1, 2), Point(3)])
    line.points[0].norm = 2.5
    text = json.dumps({"line": line, "n": 1}, cls=TFAIPJsonEncoder)
    decoded = json.loads(text, cls=TFAIPJsonDecoder)
    assert decoded == {"line": line, "n": 1}
    assert decoded["line"].points[0].norm == 2.5


def test_the_type_is_stored_under_its_key():
    assert json.loads(json.dumps(Point(1), cls=TFAIPJsonEncoder))["__json_dc_type__"] == f"{__name__}:Point"


def test_numpy_sets_paths_and_enums_are_encoded():
    value = {"a": np.float32(0.5), "b": np.arange(3), "c": {2, 1}, "d": Path("x"), "e": Colour.RED}
    assert json.loads(json.dumps(value, cls=TFAIPJsonEncoder)) == {
        "a": 0.5,
        "b": [0, 1, 2],
        "c": [1, 2],
        "d": "x",
        "e": "red",
    }


def test_an_unknown_class_is_a_user_error():
    with pytest.raises(UserError, match="Pont") as error:
        json.loads(json.dumps({"__json_dc_type__": f"{__name__}:Pont"}), cls=TFAIPJsonDecoder)
    assert "Point" in str(error.value)


def test_a_class_that_is_no_dataclass_is_refused():
    with pytest.raises(UserError, match="not a dataclass"):
        json.loads('{"__json_dc_type__": "tfaip.util.errors:UserError"}', cls=TFAIPJsonDecoder)


@pytest.mark.parametrize(
    ("nested", "flat"),
    [
        ({"a": {"b": 1}, "c": [2, 3]}, {"a/b": 1, "c:0": 2, "c:1": 3}),
        ({"a": [{"b": [1]}]}, {"a:0/b:0": 1}),
        ({"a": {}, "b": []}, {"a": {}, "b": []}),
        ({}, {}),
    ],
)
def test_nested_structures_are_flattened_and_rebuilt(nested, flat):
    assert to_flat(nested) == flat
    assert to_nested(flat) == nested


def test_lists_and_excluded_keys_stay():
    assert to_flat({"a": [1], "b": {"c": 1}}, including_lists=False) == {"a": [1], "b/c": 1}
    assert to_flat({"a": [1], "b": {"c": {"d": 1}}}, exclude=["c"]) == {"a:0": 1, "b/c": {"d": 1}}


@pytest.mark.parametrize("flat", [{"a": 1, "a/b": 2}, {"a:0": 1, "a:2": 2}, {"a:0": 1, "a/b": 2}])
def test_contradicting_paths_are_reported(flat):
    with pytest.raises(UserError):
        to_nested(flat)


def test_numpy_is_no_tensor():
    assert not is_tensor(np.zeros(2))


def test_parameter_modules_do_not_import_tensorflow():
    code = (
        "import sys, tfaip.util.json_helper, tfaip.util.generic_meta, tfaip.util.typing, tfaip.util.nesting;"
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
