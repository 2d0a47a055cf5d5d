# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Taking several small batches into TensorFlow at once, because each crossing costs as much as a small batch."""

from collections.abc import Iterator, Sequence
from typing import Optional

import numpy as np

from tfaip.data.pipeline.batching.collator import Batch
from tfaip.data.pipeline.batching.stream import BatchStream
from tfaip.util.multiprocessing.transport.allocation import empty_array

MAX_BATCHES = 16
MAX_BYTES = 1 << 18  # a batch of this size stays alone: copying it takes longer than a crossing
PATIENCE = 0.002  # seconds
SECONDS_BETWEEN_SIGNS = 0.5


def grouped(stream: BatchStream, nothing: Optional[Batch] = None) -> Iterator[Batch]:
    """Yield consecutive batches of equal shapes stacked along a new first axis.

    Args:
        stream: The batches.
        nothing: A group of no batches, to be yielded from time to time while there are none: who reads may have to
            notice meanwhile that nobody is interested any more.
    """
    while True:
        while nothing is not None and not stream.is_ready(SECONDS_BETWEEN_SIGNS):
            yield nothing
        try:
            batches = stream.take(MAX_BATCHES, MAX_BYTES, PATIENCE)
        except StopIteration:
            return
        yield stacked(batches)


def stacked(batches: Sequence[Batch]) -> Batch:
    """Return batches of equal shapes as one, along a new first axis; a single one without a copy."""
    return tuple(
        {key: _stacked([batch[i][key] for batch in batches]) for key in part} for i, part in enumerate(batches[0])
    )


def _stacked(arrays: Sequence[np.ndarray]) -> np.ndarray:
    first = arrays[0]
    if len(arrays) == 1:
        return first[None]
    stack = empty_array((len(arrays), *first.shape), first.dtype)
    for position, array in enumerate(arrays):
        stack[position] = array
    return stack
