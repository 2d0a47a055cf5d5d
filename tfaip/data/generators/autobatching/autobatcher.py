# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Forming batches of samples whose shapes are known, by a number of elements instead of a number of samples."""

import itertools
import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Generic, List, Tuple, TypeVar

from tfaip.util.errors import UserValueError

ASCENDING, DESCENDING = "ascending", "descending"

TId = TypeVar("TId", bound=Hashable)

# For each sample, by its id, the shape of an array: the length, then what it is multiplied by.
Shapes = Mapping[TId, Sequence[int]]


def auto_batch_to_same_samples_per_batch(
    batch_bins: int,
    utt2shapes: Sequence[Shapes[TId]],
    min_batch_size: int = 1,
    sort_in_batch: str = DESCENDING,
    sort_batch: str = ASCENDING,
    drop_last: bool = False,
    padding: bool = True,
) -> List[List[TId]]:
    """Return batches of samples with about the same number of elements.

    The samples are sorted by the length of the first array; samples of equal length keep their order. A batch ends with
    the sample that makes it exceed ``batch_bins``.

    Args:
        batch_bins: The number of elements that a batch has to exceed. Those of all arrays are added up.
        utt2shapes: For each array of a sample, the shapes by the ids of the samples.
        min_batch_size: A batch has at least this number of samples. The samples of a smaller last batch are spread over
            the batches before it, one each from the last one on.
        sort_in_batch: Whether a batch begins with its longest (``descending``) or shortest (``ascending``) sample.
        sort_batch: Whether the batch of the longest or of the shortest samples comes first.
        drop_last: Leave out the last batch that does not exceed ``batch_bins``, unless it is the only one.
        padding: Count the elements that fill the arrays of a batch up to its longest one, too.

    Returns:
        The ids of the samples of each batch.

    Raises:
        UserValueError: There are no samples, the arrays do not have the same samples, or an argument is not possible.
    """
    for name, order in (("sort_in_batch", sort_in_batch), ("sort_batch", sort_batch)):
        _check(order in (ASCENDING, DESCENDING), name, f"{ASCENDING} or {DESCENDING}", order)
    _check(batch_bins > 0, "batch_bins", "at least 1", batch_bins)
    _check(min_batch_size > 0, "min_batch_size", "at least 1", min_batch_size)
    _check(bool(utt2shapes) and bool(utt2shapes[0]), "utt2shapes", "the shapes of at least one sample", utt2shapes)
    check_same_samples(utt2shapes, [f"utt2shapes[{number}]" for number in range(len(utt2shapes))])

    ids = sorted(utt2shapes[0], key=lambda name: utt2shapes[0][name][0])
    batches, rest = _cut(ids, utt2shapes, batch_bins, min_batch_size, padding)
    if rest and (not drop_last or not batches):
        batches = _spread(rest, batches) if batches and len(rest) < min_batch_size else [*batches, rest]
    if sort_in_batch == DESCENDING:
        batches = [batch[::-1] for batch in batches]
    return batches if sort_batch == ASCENDING else batches[::-1]


def check_same_samples(utt2shapes: Sequence[Mapping[Any, Any]], names: Sequence[str]) -> None:
    """Check that all mappings have the same keys.

    Args:
        utt2shapes: The mappings.
        names: Their names, for the message.

    Raises:
        UserValueError: A key is missing in one.
    """
    for shapes, name in zip(utt2shapes[1:], names[1:], strict=True):
        for first, first_name, second, second_name in (
            (utt2shapes[0], names[0], shapes, name),
            (shapes, name, utt2shapes[0], names[0]),
        ):
            missing = next((key for key in first if key not in second), None)
            if missing is not None:
                raise UserValueError(
                    "The lists do not hold the same samples.",
                    where=second_name,
                    expected=f"the sample {missing!r}, which is in {first_name}",
                    got=f"{len(second)} samples, {len(first)} in {first_name}",
                )


def _cut(
    ids: Sequence[TId], utt2shapes: Sequence[Shapes[TId]], batch_bins: int, min_batch_size: int, padding: bool
) -> Tuple[List[List[TId]], List[TId]]:
    """Return the batches of the sorted ids and what is left at the end."""
    batches: List[List[TId]] = []
    counter = _Counter(utt2shapes, padding)
    batch: List[TId] = []
    for name in ids:
        batch.append(name)
        if counter.add(name) > batch_bins and len(batch) >= min_batch_size:
            batches.append(batch)
            batch, counter = [], _Counter(utt2shapes, padding)
    return batches, batch


class _Counter(Generic[TId]):
    """Counts the elements of a batch while it grows."""

    def __init__(self, utt2shapes: Sequence[Shapes[TId]], padding: bool):
        self._utt2shapes = utt2shapes
        self._padding = padding
        self._n_samples = 0
        self._sums = [0] * len(utt2shapes)
        self._longest: List[List[int]] = [[] for _ in utt2shapes]

    def add(self, name: TId) -> int:
        """Add a sample and return the number of elements."""
        self._n_samples += 1
        for number, shapes in enumerate(self._utt2shapes):
            shape = list(shapes[name])
            self._sums[number] += math.prod(shape)
            known = self._longest[number] or [0] * len(shape)
            _check(len(known) == len(shape), f"the shape of {name}", f"{len(known)} numbers as before", shape)
            self._longest[number] = list(map(max, known, shape))
        if not self._padding:
            return sum(self._sums)
        return sum(self._n_samples * math.prod(longest) for longest in self._longest)


def _spread(rest: List[TId], batches: List[List[TId]]) -> List[List[TId]]:
    """Let the batches grow by what is left; they stay in the order of the lengths."""
    sizes = [len(batch) for batch in batches]
    for number in range(len(rest)):
        sizes[-1 - number % len(sizes)] += 1
    ids = itertools.chain(*batches, rest)
    return [list(itertools.islice(ids, size)) for size in sizes]


def _check(is_right: bool, where: str, expected: str, got: Any) -> None:
    if not is_right:
        raise UserValueError("Batches of these samples are not possible.", where=where, expected=expected, got=str(got))
