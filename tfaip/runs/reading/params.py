# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The parameters of a run as data: nothing that they name is imported."""

import json
from typing import Any, Dict, Iterator, List, Optional, Tuple

from tfaip.params.cli.choices import names_by_class_name
from tfaip.params.decode import CLASS_KEY
from tfaip.params.depth import is_too_deep
from tfaip.params.migrations import migrate
from tfaip.runs.format.files import parse_object
from tfaip.runs.reading.discovery import PARAMS_FILENAME
from tfaip.runs.reading.inside import list_inside, read_inside
from tfaip.util.errors import UserError

MAX_BYTES = 16 << 20
_CHECKPOINTS = "checkpoint"
_ENDINGS = ("Optimizer", "Params")


def read_params(run: str) -> Optional[Dict[str, Any]]:
    """Return the parameters of a run in their JSON form, of the present version.

    Args:
        run: The directory of the run.

    Returns:
        None if there are none, or they cannot be read.
    """
    for name in (PARAMS_FILENAME, *_in_checkpoints(run)):
        try:
            content = read_inside(run, name, MAX_BYTES)
        except OSError:
            continue
        tree = parse_object(content)
        return None if tree is None or is_too_deep(tree) else _migrated(tree)
    return None


def _in_checkpoints(run: str) -> Iterator[str]:
    """Yield where a scenario with a pattern of its own for checkpoints may have the parameters, the newest first."""
    for folder in reversed(list_inside(run, _CHECKPOINTS)[0]):
        yield f"{_CHECKPOINTS}/{folder}/{PARAMS_FILENAME}"


def _migrated(tree: Dict[str, Any]) -> Dict[str, Any]:
    try:
        return migrate(tree)
    except UserError:
        # of a later version: shown as it is
        return tree


def flat_params(tree: Dict[str, Any]) -> Dict[str, Any]:
    """Return parameters by their tree path, with dots between the names.

    A value of several values that are no objects is one value. An object with a class has the short name of the class
    as its value, beside those of its fields: ``{"optimizer": "Adam", "optimizer.beta_1": 0.9}``.

    Args:
        tree: The JSON form of the parameters.
    """
    return dict(_leaves(tree, ""))


def _leaves(value: Any, path: str) -> Iterator[Tuple[str, Any]]:
    if isinstance(value, dict):
        name = value.get(CLASS_KEY)
        if path and name is not None:
            yield path, short_class_name(str(name))
        for key, item in value.items():
            if key != CLASS_KEY:
                yield from _leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}.{index}" if path else str(index))
    else:
        yield path, value


def short_class_name(reference: str) -> str:
    """Return the shortest name of a class, without its module: ``Adam`` for ``tfaip...:AdamOptimizer``."""
    name = reference.rpartition(":")[2].rpartition(".")[2]
    others = [name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending) and name != ending]
    return min([name, *names_by_class_name(name), *others], key=len)


def show_value(value: Any) -> str:
    """Return a parameter as a text for people: texts as they are, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def at_path(tree: Dict[str, Any], path: str, default: Any = None) -> Any:
    """Return the value at a tree path, the default if there is none."""
    node: Any = tree
    parts: List[str] = path.split(".") if path else []
    for part in parts:
        if isinstance(node, dict) and part in node:
            node = node[part]
        elif isinstance(node, list) and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        else:
            return default
    return node
