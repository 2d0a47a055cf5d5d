# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Flatten nested dicts and lists to one dict, and back.

The key of a value is its path: ``/`` stands before a key of a dict, ``:`` before an index of a list. So
``{"a": {"b": 1}, "c": [2, 3]}`` is flat ``{"a/b": 1, "c:0": 2, "c:1": 3}``.
"""

import itertools
import re
from collections.abc import Collection, Mapping
from typing import Any, Dict, List, Tuple

from tfaip.util.errors import UserValueError

_STEP = re.compile(r"(^|[/:])([^/:]*)")


def to_flat(nested: Mapping[str, Any], including_lists: bool = True, exclude: Collection[str] = ()) -> Dict[str, Any]:
    """Flatten nested dicts (and lists).

    Args:
        nested: The dict to flatten; its keys hold neither ``/`` nor ``:``.
        including_lists: Whether lists and tuples are flattened, too (both become lists when nested again).
        exclude: Keys whose values are left as they are.

    Returns:
        The dict from paths to values. Empty dicts and lists are kept as values.
    """
    flat: Dict[str, Any] = {}

    def visit(value: Any, path: str, excluded: bool) -> None:
        if not excluded and isinstance(value, Mapping) and (value or not path):
            for key, child in value.items():
                visit(child, f"{path}/{key}" if path else str(key), key in exclude)
        elif not excluded and including_lists and isinstance(value, (list, tuple)) and value:
            for index, child in enumerate(value):
                visit(child, f"{path}:{index}", excluded=False)
        else:
            flat[path] = value

    visit(nested, "", excluded=False)
    return flat


def to_nested(flat: Mapping[str, Any]) -> Dict[str, Any]:
    """Undo :func:`to_flat`.

    Args:
        flat: A dict from paths to values.

    Returns:
        The nested dicts and lists.

    Raises:
        UserValueError: The paths contradict each other, or the indices of a list have gaps.
    """
    root: Dict[str, Any] = {}
    for path, value in flat.items():
        steps = [(separator, key) for separator, key in _STEP.findall(path)]
        node: Any = root
        for (_, key), (next_separator, _) in itertools.pairwise(steps):
            child: Any = _Indexed() if next_separator == ":" else {}
            node = node.setdefault(key, child)
            if not isinstance(node, dict) or isinstance(node, _Indexed) != isinstance(child, _Indexed):
                raise UserValueError("A path is used both for a value and for a nested structure.", where=path)
        node[steps[-1][1]] = value
    return _lists_of(root, "")


class _Indexed(dict):
    """The elements of a list by index, while not all of them are known."""


def _lists_of(node: Any, path: str) -> Any:
    if isinstance(node, _Indexed):
        items: List[Tuple[int, Any]] = sorted((int(key), value) for key, value in node.items())
        if [index for index, _ in items] != list(range(len(items))):
            raise UserValueError(
                "The indices of a list have gaps.", where=path, got=", ".join(str(index) for index, _ in items)
            )
        return [_lists_of(value, f"{path}:{index}") for index, value in items]
    if isinstance(node, dict):
        return {key: _lists_of(value, f"{path}/{key}" if path else key) for key, value in node.items()}
    return node
