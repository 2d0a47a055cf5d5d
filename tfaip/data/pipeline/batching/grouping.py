# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Taking several small batches into TensorFlow at once, because each crossing costs as much as a small batch."""

import time
from collections.abc import Iterator
from typing import List, Optional

import numpy as np

from tfaip.data.pipeline.batching.collator import Batch

_MAX_BATCHES = 16
_MAX_SECONDS = 0.002
_MAX_BYTES = 1 << 18


def grouped(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Yield consecutive batches of equal shapes stacked along a new first axis.

    The first group is a single batch, then groups grow. Large batches, and batches that take long to make, stay alone.
    An exception of ``batches`` is raised after the batches before it were yielded.
    """
    group: List[Batch] = []
    limit, start = 1, 0.0
    error: Optional[BaseException] = None
    while error is None:
        try:
            batch = next(batches)
        except (Exception, StopIteration) as raised:
            error = raised
            break
        if group and not _have_equal_shapes(group[0], batch):
            yield _stack(group)
            group = []
        if not group:
            start = time.perf_counter()
        group.append(batch)
        is_late = time.perf_counter() - start > _MAX_SECONDS
        if len(group) >= limit or is_late or _size(batch) * len(group) >= _MAX_BYTES:
            yield _stack(group)
            group = []
            limit = 1 if is_late else min(2 * limit, _MAX_BATCHES)
    if group:
        yield _stack(group)
    if not isinstance(error, StopIteration):
        raise error


def _stack(group: List[Batch]) -> Batch:
    if len(group) == 1:
        return tuple({key: array[None] for key, array in part.items()} for part in group[0])
    return tuple({key: np.stack([batch[i][key] for batch in group]) for key in part} for i, part in enumerate(group[0]))


def _have_equal_shapes(first: Batch, second: Batch) -> bool:
    return all(
        array.shape == other[key].shape
        for part, other in zip(first, second, strict=True)
        for key, array in part.items()
    )


def _size(batch: Batch) -> int:
    return sum(array.nbytes for part in batch for array in part.values())
