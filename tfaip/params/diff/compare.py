# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The differences of two parameter trees in their JSON form."""

import dataclasses
import math
from typing import Any, Dict, Iterator, List, Mapping, Tuple

from tfaip.params.cli.choices import names_by_class_name
from tfaip.params.diff.provenance import is_provenance
from tfaip.params.migrations import migrate

CLASS_KEY = "__cls__"
# Longer lists of values are compared element by element.
_SHORT = 8


class _Missing:
    """Stands for a value that one of the trees does not have."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


class Complete(Dict[str, Any]):
    """An object that has all of its values, in a tree that otherwise leaves out what it does not change."""


@dataclasses.dataclass(frozen=True)
class Difference:
    """A place where two trees differ.

    Attributes:
        path: The tree path; that of a class ends with ``__cls__``.
        a: The JSON form of the value in the first tree, MISSING if it has none there.
        b: The same of the second tree.
    """

    path: str
    a: Any
    b: Any


def diff_params(
    a: Mapping[str, Any], b: Mapping[str, Any], all_fields: bool = False, partial: Tuple[bool, bool] = (False, False)
) -> List[Difference]:
    """Return where two trees of parameters differ, in the order of the first.

    Trees of older versions are migrated first. Numbers are equal whatever their type, a class is equal to its name as
    a choice. The parameters of a scenario alone are compared with the scenario of a training.

    Args:
        a: The JSON form of the parameters of a training or of a scenario.
        b: The same of the other one.
        all_fields: Also state and origin of the training: epoch, best value, paths, ids, versions.
        partial: Whether a tree leaves out what it does not change, as a configuration file does; values that such a
            tree does not have are not compared. Lists have all of their elements.

    Raises:
        UserError: A tree is of a newer version than this one.
    """
    first, second = alike(migrate(a), migrate(b))
    differences = _Comparison(partial).compare(first, second, "")
    return [d for d in differences if all_fields or not is_provenance(d.path)]


def alike(a: Dict[str, Any], b: Dict[str, Any]) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    """Return two trees with the same root: if one has only the scenario, the scenario of both."""
    first, second = _as_training(a), _as_training(b)
    if is_scenario(a) != is_scenario(b):
        first, second = ({"scenario": tree.get("scenario", {})} for tree in (first, second))
    return first, second


def is_scenario(tree: Mapping[str, Any]) -> bool:
    """Tell whether a tree holds the parameters of a scenario alone."""
    return "scenario" not in tree and ("scenario_id" in tree or {"model", "data"} <= set(tree))


def _as_training(tree: Dict[str, Any]) -> Dict[str, Any]:
    if not is_scenario(tree):
        return tree
    return {"scenario": {key: value for key, value in tree.items() if key != "tfaip_schema"}}


class _Comparison:
    """Compares two trees.

    Args:
        partial: Whether each leaves out what it does not change.
    """

    def __init__(self, partial: Tuple[bool, bool]):
        self._partial = partial

    def compare(self, a: Any, b: Any, path: str) -> Iterator[Difference]:
        """Yield the differences of two values."""
        if isinstance(a, Mapping) and isinstance(b, Mapping):
            yield from self._objects(a, b, path)
        elif _is_list_to_go_through(a, b):
            for index in range(max(len(a), len(b))):
                yield from self.compare(_item(a, index), _item(b, index), _join(path, str(index)))
        elif isinstance(a, list) and _is_by_index(b):
            for key, item in b.items():
                yield from self.compare(_item(a, int(key)), item, _join(path, str(key)))
        elif _is_by_index(a) and isinstance(b, list):
            for key, item in a.items():
                yield from self.compare(item, _item(b, int(key)), _join(path, str(key)))
        elif isinstance(a, Mapping) and isinstance(b, str):
            yield from _classes(a.get(CLASS_KEY, MISSING), b, path)
        elif isinstance(a, str) and isinstance(b, Mapping):
            yield from _classes(a, b.get(CLASS_KEY, MISSING), path)
        elif not _same(a, b):
            yield from _leaves(a, b, path)

    def _objects(self, a: Mapping[str, Any], b: Mapping[str, Any], path: str) -> Iterator[Difference]:
        yield from _classes(a.get(CLASS_KEY, MISSING), b.get(CLASS_KEY, MISSING), path)
        for key in [*a, *(key for key in b if key not in a)]:
            if key != CLASS_KEY and not self._leaves_out(0, a, key) and not self._leaves_out(1, b, key):
                yield from self.compare(a.get(key, MISSING), b.get(key, MISSING), _join(path, str(key)))

    def _leaves_out(self, which: int, tree: Mapping[str, Any], key: str) -> bool:
        return self._partial[which] and key not in tree and not isinstance(tree, Complete)


def _classes(a: Any, b: Any, path: str) -> Iterator[Difference]:
    # an object without class has the one that its place declares
    if a is not MISSING and b is not MISSING and not is_same_class(a, b):
        yield Difference(_join(path, CLASS_KEY), a, b)


def _leaves(a: Any, b: Any, path: str) -> Iterator[Difference]:
    """Yield the difference; if an object stands against nothing, each of its values."""
    present = b if a is MISSING else a
    if (a is MISSING or b is MISSING) and isinstance(present, Mapping) and present:
        for key, value in present.items():
            pair = (MISSING, value) if a is MISSING else (value, MISSING)
            yield from _leaves(*pair, _join(path, str(key)))
    else:
        yield Difference(path, a, b)


def is_same_class(a: Any, b: Any) -> bool:
    """Tell whether two names, each ``module:Class`` or the name of a choice, may mean the same class.

    The name of a choice is one that follows from the name of the class; another one is known only to the class.
    """
    if a == b or not isinstance(a, str) or not isinstance(b, str):
        return bool(a == b)
    if ":" in a and ":" in b:
        return False
    short, long = (a, b) if ":" in b else (b, a)
    names = names_by_class_name(long.rpartition(":")[2].rpartition(".")[2])
    return short.lower() in [name.lower() for name in names]


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b or (math.isnan(a) and math.isnan(b))
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)


def _is_list_to_go_through(a: Any, b: Any) -> bool:
    """Tell whether two lists are compared by their elements: those of objects, and long ones of the same length."""
    if not isinstance(a, list) or not isinstance(b, list):
        return False
    if any(isinstance(item, (Mapping, list)) for item in a + b):
        return True
    return len(a) == len(b) > _SHORT


def _is_by_index(value: Any) -> bool:
    """Tell whether a value is the form in which a configuration file changes elements of a list."""
    return isinstance(value, Mapping) and bool(value) and all(str(key).isdigit() for key in value)


def _item(items: List[Any], index: int) -> Any:
    return items[index] if index < len(items) else MISSING


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
