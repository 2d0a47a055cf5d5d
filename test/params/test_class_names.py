# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A name of a class in JSON is checked wherever it stands, and only classes of parameters may stand there."""

import json
from dataclasses import dataclass, field
from typing import Any, Union

import pytest
from paiargparse import pai_dataclass, pai_meta

from test.hostile import Hostile
from test.params.tree import Base, NodeSpec, Special, Tree
from tfaip.params.decode import params_from_dict
from tfaip.util.errors import UserError
from tfaip.util.json_helper import TFAIPJsonDecoder
from tfaip.util.multiprocessing.parallelmap import parallel_map
from tfaip.util.trust import UntrustedError, trust_package, trusted_packages

EVIL = {"__cls__": "evil.inner:Evil"}


@dataclass
class Plain:
    """No class of parameters."""

    a: int = 1


@pai_dataclass
@dataclass
class Fields:
    listed: Base = field(default_factory=Base, metadata=pai_meta(choices=[Base, NodeSpec]))
    free: Base = field(default_factory=Base, metadata=pai_meta(choices=[Plain], disable_subclass_check=True))
    either: Union[Base, NodeSpec, str] = ""


@pytest.mark.parametrize(
    "tree",
    [
        *[EVIL, {"generic": EVIL}, {"optional": EVIL}, {"free": EVIL}, {"node": EVIL}],
        *[{"processors": [{}, EVIL]}, {"groups": [[], [{}, EVIL]]}, {"named": {"a": EVIL}}],
    ],
)
def test_no_place_of_a_tree_imports_what_is_not_trusted(hostile: Hostile, search: str, tree: Any) -> None:
    for read in (
        lambda: params_from_dict(Tree, tree),
        lambda: Tree.from_dict(tree),
        lambda: Tree.from_json(json.dumps(tree)),
    ):
        with pytest.raises(UntrustedError, match="--trust evil"):
            read()
    hostile.assert_nothing_ran()


def test_a_union_tells_that_a_class_is_not_trusted(hostile: Hostile) -> None:
    with pytest.raises(UntrustedError, match="--trust evil"):
        params_from_dict(Fields, {"either": EVIL})
    hostile.assert_nothing_ran()


def test_a_trusted_class_is_taken(hostile: Hostile) -> None:
    trust_package("evil")
    assert type(params_from_dict(Tree, {"generic": EVIL}).generic).__name__ == "Evil"


def test_a_field_takes_its_choices_and_a_free_one_any_class_of_parameters() -> None:
    node = {"__cls__": "test.params.tree:NodeSpec"}
    assert params_from_dict(Fields, {"listed": node}).listed == NodeSpec()
    assert params_from_dict(Fields, {"free": {"__cls__": f"{__name__}:Plain"}}).free == Plain()
    assert params_from_dict(Fields, {"free": {"__cls__": "test.params.tree:Special"}}).free == Special()


@pytest.mark.parametrize(
    "name", [f"{__name__}:Plain", "tfaip.data.pipeline.definitions:Sample", "test.hostile:Hostile"]
)
def test_what_is_no_class_of_parameters_stands_nowhere(name: str) -> None:
    for key in ("free", "generic", "optional"):
        with pytest.raises(UserError, match=f"{key}.__cls__"):
            params_from_dict(Tree, {key: {"__cls__": name}})
        with pytest.raises(UserError):
            Tree.from_dict({key: {"__cls__": name}})


@pytest.mark.parametrize("name", ["subprocess:Popen", "antigravity:x", "evil:Evil", 7, ["x"]])
def test_the_meta_data_of_samples_import_nothing(hostile: Hostile, search: str, name: Any) -> None:
    with pytest.raises(UserError):
        json.loads(json.dumps({"meta": [{"__json_dc_type__": name}]}), cls=TFAIPJsonDecoder)
    hostile.assert_nothing_ran()


def _trusted_in_worker(_: int) -> list[str]:
    return trusted_packages()


def test_worker_processes_trust_the_same_packages(hostile: Hostile) -> None:
    trust_package("evil")
    assert all("evil" in names for names in parallel_map(_trusted_in_worker, [1, 2], processes=2))
