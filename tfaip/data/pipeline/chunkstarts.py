# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where the chunks of a generating stage begin, so that a run can go on with the chunk that it was at."""

import bisect
import dataclasses
from typing import Dict, List, Optional

from tfaip.data.pipeline.definitions import SampleKey
from tfaip.data.pipeline.position import ChunkStart, Position


class ChunkStarts:
    """Remembers the chunks of a run that are still needed to go on."""

    def __init__(self) -> None:
        self._keys: List[SampleKey] = []  # pass, and number of samples of the pass that were generated before
        self._indices: List[int] = []

    def add(self, epoch: int, index: int, n_before: int) -> None:
        """Note that a chunk begins.

        Args:
            epoch: Number of the pass.
            index: Position in the pass of its first sample, in the data.
            n_before: Number of samples of the pass that were generated before.
        """
        self._keys.append((epoch, n_before))
        self._indices.append(index)

    def complete(self, position: Position) -> Position:
        """Return the position with the chunks to begin with; those before are forgotten.

        One is that of the last sample used up, even if it was the last one of its chunk: whether the next chunk is
        known depends on how far was read ahead.
        """
        assert position.generated is not None
        first: Dict[int, int] = {position.epoch: max(0, position.generated - 1)}
        for epoch, number in (*position.buffered, *position.pending):
            first[epoch] = min(number, first.get(epoch, number))
        self._forget(self._place(min(first.items())))
        found = [self._find(key) for key in sorted(first.items())]
        return dataclasses.replace(position, chunks=tuple(start for start in found if start is not None))

    def _place(self, key: SampleKey) -> int:
        """Return the place of the chunk that a generated sample comes from, -1 if it is not known."""
        return bisect.bisect_right(self._keys, key) - 1

    def _find(self, key: SampleKey) -> Optional[ChunkStart]:
        place = self._place(key)
        if place < 0 or self._keys[place][0] != key[0]:
            return None
        index, n_before = self._indices[place], self._keys[place][1]
        return (key[0], index, n_before) if index > 0 else None

    def _forget(self, n: int) -> None:
        if n > 0:
            del self._keys[:n], self._indices[:n]
