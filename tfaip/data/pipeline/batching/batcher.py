# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which samples form a batch: shuffled, by number, by length, or by their number of elements."""

import bisect
from typing import Any, Callable, List, Optional, Tuple

from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.definitions import Sample
from tfaip.util.errors import UserValueError

IndexedSample = Tuple[int, Sample]
LengthFn = Callable[[Any], int]


class Buckets:
    """Which lengths of samples belong together, and how many samples make a batch.

    Args:
        boundaries: The lengths where a new bucket begins, ascending.
        sizes: Number of samples of a batch for each bucket, one more than boundaries; None for no bound.
        budget: Number of elements of a batch with their padding, None for no bound. A sample that is longer than that
            makes a batch of its own.
    """

    def __init__(self, boundaries: List[int], sizes: Optional[List[int]], budget: Optional[int] = None):
        self.boundaries = boundaries
        self.sizes = sizes
        self.budget = budget

    def number_of(self, length: int) -> int:
        """Return the number of the bucket for samples of this length."""
        return bisect.bisect_right(self.boundaries, length)

    def has_room(self, number: int, n_samples: int, longest: int) -> bool:
        """Return whether a batch takes one more sample.

        Args:
            number: Number of the bucket.
            n_samples: Number of samples in the batch.
            longest: Length of the longest one, that with which the batch grows included.
        """
        if self.sizes is not None and n_samples >= self.sizes[number]:
            return False
        return self.budget is None or (n_samples + 1) * longest <= self.budget

    @staticmethod
    def of(params: DataPipelineParams) -> "Optional[Buckets]":
        """Return the buckets of a pipeline, None if there are none.

        Without sizes and budget a batch of short samples is larger, so that all batches hold about as many elements
        as ``batch_size`` samples of the length of the last boundary.

        Raises:
            ValueError: The boundaries, sizes or the budget are not possible.
        """
        boundaries, sizes = params.bucket_boundaries, params.bucket_batch_sizes
        budget = params.bucket_token_budget if params.bucket_token_budget >= 0 else None
        if not boundaries and budget is None:
            return None
        if sorted(set(boundaries)) != list(boundaries) or min(boundaries, default=1) < 1:
            raise UserValueError("The bucket boundaries must be positive and ascending.", got=str(boundaries))
        if budget == 0:
            raise UserValueError("No sample fits into a batch of no elements.", where="bucket_token_budget", got="0")
        if sizes is None:
            return Buckets(boundaries, None if budget is not None else _similar_sizes(params), budget)
        if len(sizes) != len(boundaries) + 1 or min(sizes) < 1:
            raise UserValueError(
                "The batch sizes of the buckets do not fit to the boundaries.",
                expected=f"{len(boundaries) + 1} positive numbers for {len(boundaries)} boundaries",
                got=str(sizes),
            )
        return Buckets(boundaries, list(sizes), budget)


def _similar_sizes(params: DataPipelineParams) -> List[int]:
    boundaries = params.bucket_boundaries
    computed = [max(1, params.batch_size * boundaries[-1] // boundary) for boundary in boundaries]
    return [*computed, computed[-1]]
