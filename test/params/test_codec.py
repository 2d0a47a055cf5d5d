# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameter trees survive JSON, and a broken file is explained by tree path."""

import json
import logging
import math
import os
import subprocess
import sys
from dataclasses import dataclass, field
from enum import Enum

import pytest
from paiargparse import pai_dataclass

from test.params.tree import (
    Base,
    JsonProcessor,
    Mode,
    NodeSpec,
    Path,
    PlainProcessor,
    ScaleProcessorParams,
    Special,
    SpecialTree,
    Tree,
)
from tfaip.params.codec import load_json, params_from_dict, params_to_dict, params_to_json, save_json
from tfaip.params.decode import decode_value
from tfaip.params.fieldtypes import Kind, TypeSpec
from tfaip.util.errors import UserError, UserFileNotFoundError, UserTypeError, UserValueError
from tfaip.util.tfaipargparse import post_init


def full_tree():
    return SpecialTree(
        n=5,
        f=0.25,
        flag=True,
        text="ü",
        maybe=3,
        either=7,
        mode=Mode.TARGETS,
        modes={Mode.TARGETS, Mode.EVALUATION},
        numbers=[],
        pair=(2, "y"),
        floats=(1.0, 2.0),
        matrix=[[1], [2, 3]],
        table={"a": 1.5},
        by_number={3: "three"},
        processors=[ScaleProcessorParams(factor=2.0), PlainProcessor(label="p"), JsonProcessor(modes={Mode.TRAINING})],
        groups=[[PlainProcessor()], []],
        named={"k": Special(b=1.0)},
        generic=Special(a=9),
        optional=Special(),
        free=Special(),
        node=NodeSpec(node_name="m", shape=["?"]),
        resource=Path("file.txt"),
        hidden="x",
        anything={"k": [1, None]},
    )


@pytest.mark.parametrize("tree", [full_tree(), SpecialTree(), Tree()])
def test_round_trip_keeps_every_value_and_type(tree):
    text = params_to_json(tree)
    again = params_from_dict(type(tree), json.loads(text))
    assert again == tree
    assert [type(p) for p in again.processors] == [type(p) for p in tree.processors]
    assert type(again.pair) is tuple
    assert type(again.modes) is set
    assert params_to_json(again) == text


def test_the_form_is_that_of_the_published_files():
    d = params_to_dict(full_tree())
    assert list(d)[:3] == ["n", "f", "flag"]
    assert list(d)[-1] == "__cls__"
    assert d["__cls__"] == "test.params.tree:SpecialTree"
    assert d["modes"] == ["evaluation", "targets"]
    assert d["processors"][1] == {
        "modes": ["evaluation", "targets", "training"],
        "label": "p",
        "__cls__": "test.params.tree:PlainProcessor",
    }
    assert d["node"] == {"nodeName": "m", "shape": ["?"]}
    assert d["resource"] == "file.txt"
    assert d["hiddenName"] == "x"


def test_the_class_in_the_file_decides():
    tree = params_from_dict(Base, {"a": 2, "b": 3, "__cls__": "test.params.tree:Special"})
    assert tree == Special(a=2, b=3)


def test_type_variables_and_their_replacement_are_decoded():
    assert type(params_from_dict(Tree, {"generic": {"a": 2}}).generic) is Base
    assert type(params_from_dict(SpecialTree, {"generic": {"a": 2, "b": 1}}).generic) is Special


def test_unknown_keys_are_skipped_and_missing_ones_defaulted(caplog):
    with caplog.at_level(logging.DEBUG):
        assert params_from_dict(Special, {"a": 3, "new": 1}, path="x") == Special(a=3)
    assert "x.new" in caplog.text


def test_the_version_of_a_file_is_skipped_in_silence(caplog):
    with caplog.at_level(logging.DEBUG):
        assert params_from_dict(Base, {"tfaip_schema": 2, "a": 3}) == Base(a=3)
    assert caplog.text == ""


def test_a_class_made_in_a_function_loads_as_itself():
    @pai_dataclass
    @dataclass
    class Local(Base):
        c: int = 0

    assert params_from_dict(Local, params_to_dict(Local(c=4))) == Local(c=4)


def test_infinite_numbers_survive():
    tree = params_from_dict(Tree, json.loads(params_to_json(Tree(f=math.inf, table={"x": -1e100}))))
    assert tree.f == math.inf
    assert tree.table == {"x": -1e100}


@pytest.mark.parametrize(
    ("values", "where", "expected"),
    [
        ({"n": "x"}, "n", "int"),
        ({"n": True}, "n", "int"),
        ({"n": 1.5}, "n", "int"),
        ({"flag": 1}, "flag", "bool"),
        ({"text": 1}, "text", "str"),
        ({"f": "1"}, "f", "float"),
        ({"numbers": [1, "2"]}, "numbers.1", "int"),
        ({"numbers": 3}, "numbers", "list of int"),
        ({"pair": [1]}, "pair", "tuple of int, str"),
        ({"either": 1.5}, "either", "str or int"),
        ({"generic": 3}, "generic", "the parameters of Base"),
        ({"named": {"k": {"a": "x"}}}, "named.k.a", "int"),
        (
            {"processors": [{"factor": "x", "__cls__": "test.params.tree:ScaleProcessorParams"}]},
            "processors.0.factor",
            "float",
        ),
        ({"by_number": {"x": "y"}}, "by_number", "int as key"),
        ({"generic": {"__cls__": 3}}, "generic.__cls__", "the name of a class"),
    ],
)
def test_wrong_types_are_reported_with_their_path(values, where, expected):
    with pytest.raises(UserTypeError) as error:
        params_from_dict(Tree, values)
    assert error.value.where == where
    assert error.value.expected == expected


def test_an_unknown_member_of_an_enumeration_is_reported():
    with pytest.raises(UserValueError) as error:
        params_from_dict(Tree, {"modes": ["trainig"]}, path="root")
    assert error.value.where == "root.modes.0"
    assert error.value.expected == "training, evaluation, targets"
    assert error.value.hint == "Did you mean training?"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("test.params.tree:Specal", "has no class Specal"),
        ("test.params.no_such:Special", "There is no module"),
        ("Special", "not the name of a class"),
        ("os:system", "belongs to Python itself"),
        ("test.params.tree:Path", "is not a dataclass"),
        ("test.params.tree:NodeSpec", "cannot stand here"),
    ],
)
def test_class_names_that_do_not_fit_are_refused(reference, message):
    with pytest.raises(UserError, match=message) as error:
        params_from_dict(Tree, {"generic": {"__cls__": reference}})
    assert error.value.where == "generic.__cls__"


def test_a_misspelt_class_gets_a_hint():
    with pytest.raises(UserError) as error:
        params_from_dict(Tree, {"generic": {"__cls__": "test.params.tree:Specal"}})
    assert "Special" in error.value.hint


def test_disable_subclass_check_lets_any_dataclass_in():
    assert params_from_dict(Tree, {"free": {"__cls__": "test.params.tree:NodeSpec"}}).free == NodeSpec()


def test_null_in_a_field_that_is_not_optional_is_kept_and_reported(caplog):
    assert params_from_dict(Tree, {"n": None}).n is None
    assert "n of Tree is null, expected int" in caplog.text


def test_a_missing_required_parameter_is_named():
    @dataclass
    class Required:
        must: int

    with pytest.raises(UserValueError) as error:
        params_from_dict(Required, {}, path="p")
    assert (error.value.where, error.value.expected) == ("p", "must")


def test_a_refusing_constructor_is_named_by_path():
    @dataclass
    class Strict:
        n: int = 1

        def __post_init__(self):
            if self.n < 0:
                raise ValueError("n must not be negative")

    with pytest.raises(UserValueError, match="Strict refuses") as error:
        params_from_dict(Strict, {"n": -1}, path="a.b")
    assert (error.value.where, error.value.got) == ("a.b", "n must not be negative")


def test_a_value_without_json_form_is_named_by_path():
    with pytest.raises(UserTypeError) as error:
        params_to_dict(Tree(anything={"k": Path("x")}))
    assert error.value.where == "anything.k"


def test_files_are_replaced_as_a_whole(tmp_path):
    file = tmp_path / "sub" / "params.json"
    save_json(file, full_tree())
    assert params_from_dict(SpecialTree, load_json(file)) == full_tree()
    before = file.read_text()
    with pytest.raises(UserTypeError):
        save_json(file, Tree(anything=object()))
    assert file.read_text() == before
    assert os.listdir(file.parent) == ["params.json"]


def test_a_missing_file_is_a_user_error(tmp_path):
    with pytest.raises(UserFileNotFoundError, match=r"nothing\.json"):
        load_json(tmp_path / "nothing.json")


def test_broken_json_is_reported_with_line_and_column(tmp_path):
    file = tmp_path / "p.json"
    file.write_text('{\n  "a": 1,\n}')
    with pytest.raises(UserError) as error:
        load_json(file)
    assert error.value.where.startswith(f"{file}:")
    assert error.value.where.split(":")[-2] in ("2", "3")


def test_post_init_runs_children_first_and_leaves_lists_alone():
    calls = []

    @dataclass
    class Node:
        name: str = ""
        child: object = None
        children: list = field(default_factory=list)

        def __post_init__(self):
            calls.append(self.name)

    tree = Node("root", Node("child", Node("leaf")), [Node("listed")])
    calls.clear()
    post_init(tree)
    post_init("no dataclass")
    post_init(Node)
    assert calls == ["leaf", "child", "root"]


def test_the_form_is_that_of_paiargparse():
    tree = SpecialTree(
        modes={Mode.TRAINING}, processors=[ScaleProcessorParams(modes={Mode.TARGETS})], resource=Path("f")
    )
    assert json.loads(params_to_json(tree)) == json.loads(tree.to_json())
    assert params_from_dict(SpecialTree, json.loads(tree.to_json())) == tree


def test_numpy_values_are_written_as_lists_and_numbers():
    np = pytest.importorskip("numpy")
    assert params_to_dict(Tree(anything={"a": np.arange(2), "b": np.float64(0.5)}))["anything"] == {
        "a": [0, 1],
        "b": 0.5,
    }


def test_the_parser_imports_neither_tensorflow_nor_keras():
    code = "import sys, tfaip.util.tfaipargparse; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class Speed(Enum):
    SLOW = "slow"
    FAST = "fast"
    QUICK = FAST


def test_a_message_names_each_value_of_an_enumeration_once():
    with pytest.raises(UserError) as error:
        decode_value(TypeSpec(Kind.ENUM, Speed), "fats")
    assert error.value.expected == "slow, fast"
    assert decode_value(TypeSpec(Kind.ENUM, Speed), "QUICK") is Speed.FAST
