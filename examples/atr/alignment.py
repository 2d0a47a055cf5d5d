# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Aligning two sequences: how many characters differ, and which ones belong together."""

from collections.abc import Callable, Sequence
from typing import Any, Optional

Pair = tuple[Optional[int], Optional[int]]


def align(first: Sequence[Any], second: Sequence[Any], same: Callable[[Any, Any], bool]) -> tuple[int, list[Pair]]:
    """Align two sequences with the fewest insertions, deletions and replacements.

    Args:
        first: A sequence.
        second: Another one.
        same: Tells whether two elements are the same.

    Returns:
        The number of changes (the Levenshtein distance), and the pairs of positions in ``first`` and ``second``; None
        where one of them has nothing.
    """
    costs = [list(range(len(second) + 1))]
    for i, a in enumerate(first):
        row = [i + 1]
        above = costs[-1]
        for j, b in enumerate(second):
            row.append(min(above[j] + (not same(a, b)), above[j + 1] + 1, row[j] + 1))
        costs.append(row)
    pairs: list[Pair] = []
    i, j = len(first), len(second)
    while i or j:
        if i and j and costs[i][j] == costs[i - 1][j - 1] + (not same(first[i - 1], second[j - 1])):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and costs[i][j] == costs[i - 1][j] + 1:
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return costs[-1][-1], pairs[::-1]


def edit_distance(first: Sequence[Any], second: Sequence[Any]) -> int:
    """Return how many insertions, deletions and replacements make ``second`` of ``first``."""
    return align(first, second, lambda a, b: a == b)[0]
