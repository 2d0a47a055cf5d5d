# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Batches that were made where the samples are, and that can be taken apart and joined anew without a trace.

A batch of a fixed number of samples can be made in a worker. If processors dropped some of them the next samples have
to move up, which only the process knows that sees all of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from tfaip.data.pipeline.batching.collator import Batch, BatchCollator
from tfaip.data.pipeline.definitions import Sample, SampleKey

# For each part of a batch the shapes of the arrays before they were padded; an entry that was not padded is missing.
Shapes = Tuple[Dict[str, np.ndarray], ...]


class RowBatch(NamedTuple):
    """A batch that can be taken apart.

    Attributes:
        arrays: The batch.
        shapes: What it takes to remove the padding.
        size: The number of samples.
    """

    arrays: Batch
    shapes: Shapes
    size: int

    @staticmethod
    def of(collator: BatchCollator, samples: Sequence[Tuple[int, Sample]]) -> "Optional[RowBatch]":
        """Make a batch of samples, None of no samples."""
        if not samples:
            return None
        arrays = collator.collate(samples)
        shapes = tuple(
            {
                key: lengths
                for key, array in part.items()
                if (lengths := _lengths(array, [getattr(sample, name)[key] for _, sample in samples])) is not None
            }
            if name != "meta"
            else {}
            for name, part in zip((*collator.specs, *["meta"] * collator.tells_order), arrays, strict=True)
        )
        return RowBatch(arrays, shapes, len(samples))

    def rows(self) -> Iterator[Batch]:
        """Yield the samples: views of their arrays, without the padding."""
        for index in range(self.size):
            yield tuple(
                {key: _row(array, index, shapes.get(key)) for key, array in part.items()}
                for part, shapes in zip(self.arrays, self.shapes, strict=True)
            )


def joined(
    batches: Iterable[Tuple[RowBatch, List[SampleKey]]], collator: BatchCollator, size: int, drop_remainder: bool
) -> Iterator[Tuple[Batch, SampleKey]]:
    """Yield batches of ``size`` samples; one that has this size already stays as it is if it can.

    Args:
        batches: Batches of at most this size, with pass and position of each sample.
        collator: Made them.
        size: The number of samples of a batch.
        drop_remainder: Leave out a last batch that is smaller.

    Returns:
        The batches, each with pass and position of its last sample.
    """
    waiting: List[Tuple[Batch, SampleKey]] = []
    for batch, keys in batches:
        if not waiting and batch.size == size:
            yield batch.arrays, keys[-1]
            continue
        waiting += zip(batch.rows(), keys, strict=True)
        while len(waiting) >= size:
            yield _collated(waiting[:size], collator)
            waiting = waiting[size:]
    if waiting and not drop_remainder:
        yield _collated(waiting, collator)


def _collated(rows: List[Tuple[Batch, SampleKey]], collator: BatchCollator) -> Tuple[Batch, SampleKey]:
    return collator.collate_rows([row for row, _ in rows]), rows[-1][1]


def _lengths(array: np.ndarray, values: List[Any]) -> Optional[np.ndarray]:
    shapes = [np.shape(value) for value in values]
    if all(shape == array.shape[1:] for shape in shapes):
        return None
    return np.array(shapes, np.int64)


def _row(array: np.ndarray, index: int, shapes: Optional[np.ndarray]) -> np.ndarray:
    row = array[index]
    return row if shapes is None else row[tuple(slice(length) for length in shapes[index])]
