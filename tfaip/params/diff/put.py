# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Put a value into a JSON tree by its path."""

import itertools
from typing import Any, Dict, List, Sequence, Union

from tfaip.params.decode import CLASS_KEY

Node = Union[Dict[str, Any], List[Any]]


def put(tree: Dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Put a value at a path; objects on the way are made, a text there becomes the class of an object.

    Args:
        tree: The tree, which is changed.
        path: The keys; those of a list are indices.
        value: The value.
    """
    node: Node = tree
    for key, following in itertools.pairwise(path):
        inner = _get(node, key)
        if isinstance(inner, list) and not following.isdigit():
            # no element of the list: both are shown
            inner = {str(index): item for index, item in enumerate(inner)}
            _set(node, key, inner)
        if not isinstance(inner, (dict, list)):
            inner = {CLASS_KEY: inner} if isinstance(inner, str) else {}
            _set(node, key, inner)
        node = inner
    present = _get(node, path[-1])
    if isinstance(value, str) and isinstance(present, dict):
        present[CLASS_KEY] = value
    else:
        _set(node, path[-1], value)


def _get(node: Node, key: str) -> Any:
    if isinstance(node, dict):
        return node.get(key)
    return node[int(key)] if int(key) < len(node) else None


def _set(node: Node, key: str, value: Any) -> None:
    if isinstance(node, dict):
        node[key] = value
    else:
        node[int(key) : int(key) + 1] = [value]
