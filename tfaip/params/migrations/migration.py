# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a migration is, and the walk through a tree that migrations share."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, Dict


@dataclasses.dataclass(frozen=True)
class Migration:
    """One difference between two versions of the parameter files.

    It must leave alone what has the newer form already: programs write trees of today without a version, too.

    Attributes:
        name: Its name, unique.
        from_version: The version that it reads.
        to_version: The version that it makes.
        description: What differed.
        apply: Changes the JSON form of a whole file in place. The file may hold the parameters of a training, of a
            scenario, or a part of them as a configuration does.
    """

    name: str
    from_version: int
    to_version: int
    description: str
    apply: Callable[[Dict[str, Any]], None]


def objects(tree: Any) -> Iterator[Dict[str, Any]]:
    """Yield all dicts of a JSON tree, parents first."""
    if isinstance(tree, dict):
        yield tree
        for value in list(tree.values()):
            yield from objects(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from objects(value)
