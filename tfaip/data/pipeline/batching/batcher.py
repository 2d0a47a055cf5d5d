# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which samples form a batch: shuffled, by number, or by length."""

import bisect
import random
from collections.abc import Iterable, Iterator
from typing import Any, Callable, Dict, List, Optional, Tuple

from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.definitions import Sample
from tfaip.util.errors import UserValueError

IndexedSample = Tuple[int, Sample]
LengthFn = Callable[[Any], int]


def shuffled(samples: Iterable[IndexedSample], buffer_size: int, rng: random.Random) -> Iterator[IndexedSample]:
    """Yield the samples in a random order, where a sample moves ahead by at most ``buffer_size``.

    Args:
        samples: The samples.
        buffer_size: Number of samples to choose from.
        rng: Where the choice comes from.
    """
    buffer: List[IndexedSample] = []
    for sample in samples:
        if len(buffer) < buffer_size:
            buffer.append(sample)
            continue
        position = rng.randrange(buffer_size)
        yield buffer[position]
        buffer[position] = sample
    rng.shuffle(buffer)
    yield from buffer


def batched(samples: Iterable[IndexedSample], batch_size: int, drop_remainder: bool) -> Iterator[List[IndexedSample]]:
    """Yield lists of ``batch_size`` samples; the last one may be shorter unless ``drop_remainder``."""
    batch: List[IndexedSample] = []
    for sample in samples:
        batch.append(sample)
        if len(batch) == batch_size:
            yield batch
            batch = []
    if batch and not drop_remainder:
        yield batch


def bucketed(
    samples: Iterable[IndexedSample],
    boundaries: List[int],
    batch_sizes: List[int],
    length_fn: LengthFn,
    drop_remainder: bool,
) -> Iterator[List[IndexedSample]]:
    """Yield lists of samples of similar lengths; at the end those that are not full, the short samples first.

    Args:
        samples: The samples.
        boundaries: The lengths where a new bucket begins, ascending.
        batch_sizes: Number of samples of a batch for each bucket; one more than boundaries.
        length_fn: Returns the length for the inputs of a sample.
        drop_remainder: Leave out the batches that are not full.
    """
    buckets: Dict[int, List[IndexedSample]] = {}
    for sample in samples:
        number = bisect.bisect_right(boundaries, length_fn(sample[1].inputs))
        bucket = buckets.setdefault(number, [])
        bucket.append(sample)
        if len(bucket) == batch_sizes[number]:
            yield buckets.pop(number)
    if not drop_remainder:
        yield from (buckets[number] for number in sorted(buckets))


def bucket_batch_sizes(params: DataPipelineParams) -> Optional[List[int]]:
    """Return the batch size of each bucket, None if there are no buckets.

    By default a batch of short samples is larger, so that all batches hold about as many elements as ``batch_size``
    samples of the length of the last boundary.

    Raises:
        ValueError: The boundaries or sizes are not possible.
    """
    boundaries, sizes = params.bucket_boundaries, params.bucket_batch_sizes
    if not boundaries:
        return None
    if sorted(set(boundaries)) != list(boundaries) or boundaries[0] < 1:
        raise UserValueError("The bucket boundaries must be positive and ascending.", got=str(boundaries))
    if sizes is None:
        computed = [max(1, params.batch_size * boundaries[-1] // boundary) for boundary in boundaries]
        return [*computed, computed[-1]]
    if len(sizes) != len(boundaries) + 1 or min(sizes) < 1:
        raise UserValueError(
            "The batch sizes of the buckets do not fit to the boundaries.",
            expected=f"{len(boundaries) + 1} positive numbers for {len(boundaries)} boundaries",
            got=str(sizes),
        )
    return list(sizes)
