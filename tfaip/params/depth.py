# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How many levels a file of parameters may have."""

from typing import Any

# the functions that walk through a deeper tree would end in a RecursionError
MAX_DEPTH = 100


def is_too_deep(tree: Any) -> bool:
    """Return whether a tree of dicts and lists has more levels."""
    level = [tree]
    for _ in range(MAX_DEPTH):
        nodes = [node for node in level if isinstance(node, (dict, list))]
        level = [child for node in nodes for child in (node.values() if isinstance(node, dict) else node)]
    return any(isinstance(node, (dict, list)) for node in level)
