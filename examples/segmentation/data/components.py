# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parts of a mask that hang together."""

import numpy as np


def connected_components(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """Number the parts of a mask that hang together; pixels that touch at a corner only do not.

    Runs of pixels in a row are the units: those that touch one of the row above get its number, and where two numbers
    meet they are noted as equal.

    Args:
        mask: Truth values of shape [H, W].

    Returns:
        The number of each pixel's part, from 1, 0 where the mask is false; how many parts there are.
    """
    height, width = mask.shape
    padded = np.zeros((height, width + 2), "int8")
    padded[:, 1:-1] = mask
    edges = np.diff(padded, axis=1)
    parents = [0]
    runs: list[tuple[int, int, int, int]] = []
    above: list[tuple[int, int, int]] = []
    for y in range(height):
        row = []
        pairs = zip(np.flatnonzero(edges[y] == 1).tolist(), np.flatnonzero(edges[y] == -1).tolist(), strict=True)
        for start, end in pairs:
            number = _number_of_run(start, end, above, parents)
            row.append((start, end, number))
            runs.append((y, start, end, number))
        above = row
    roots = {number: i + 1 for i, number in enumerate(sorted({_root(run[3], parents) for run in runs}))}
    result = np.zeros((height, width), "int32")
    for y, start, end, number in runs:
        result[y, start:end] = roots[_root(number, parents)]
    return result, len(roots)


def _number_of_run(start: int, end: int, above: list[tuple[int, int, int]], parents: list[int]) -> int:
    touching = [_root(number, parents) for first, last, number in above if first < end and start < last]
    if not touching:
        parents.append(len(parents))
        return len(parents) - 1
    smallest = min(touching)
    for root in touching:
        parents[root] = smallest
    return smallest


def _root(number: int, parents: list[int]) -> int:
    while parents[number] != number:
        number = parents[number]
    return number
