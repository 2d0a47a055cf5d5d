# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Generators of several parts that are mixed by ratios in training, without end."""

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, Tuple

import numpy as np

from tfaip.data.pipeline.datagenerator import DataGenerator, T
from tfaip.data.pipeline.definitions import PipelineMode, Sample

BLOCK = 1 << 14  # choices that are drawn at once


class Mixture:
    """An endless random mixture of several sequences: each is shuffled, read to its end, and shuffled anew.

    What it yields depends on the arguments only, and it can begin anywhere at next to no cost.

    Args:
        sizes: Number of elements of each sequence.
        ratios: How often a sequence is chosen, in proportion to the others; empty ones never are.
        seed: Base of the random numbers.
    """

    def __init__(self, sizes: Sequence[int], ratios: Sequence[float], seed: int):
        self._sizes = list(sizes)
        weights = np.array([ratio if size else 0 for size, ratio in zip(sizes, ratios, strict=True)], float)
        self._is_empty = not weights.sum() > 0
        self._weights = weights if self._is_empty else weights / weights.sum()
        self._seed = seed

    def pairs(self, start: int = 0) -> Iterator[Tuple[int, int]]:
        """Yield the number of a sequence and a position in it, for ever; nothing if all are empty.

        Args:
            start: How many to leave out.
        """
        if self._is_empty:
            return
        block, offset = divmod(start, BLOCK)
        taken = np.zeros(len(self._sizes), np.int64)
        for number in range(block):
            taken += self._counts(self._rng(0, number))
        choices = self._choices(block)
        taken += np.bincount(choices[:offset], minlength=len(self._sizes))
        readers = [self._read(number, int(n)) for number, n in enumerate(taken)]
        while True:
            for choice in choices[offset:].tolist():
                yield choice, next(readers[choice])
            block, offset = block + 1, 0
            choices = self._choices(block)

    def _choices(self, block: int) -> np.ndarray:
        """Return the sequences that are chosen in a block: first how often each, then in which order."""
        rng = self._rng(0, block)
        return rng.permutation(np.repeat(np.arange(len(self._sizes)), self._counts(rng)))

    def _counts(self, rng: np.random.Generator) -> np.ndarray:
        return rng.multinomial(BLOCK, self._weights)

    def _read(self, number: int, start: int) -> Iterator[int]:
        """Yield positions in a sequence, in a new random order in each round."""
        size = self._sizes[number]
        if size == 0:
            return
        cycle, offset = divmod(start, size)
        while True:
            yield from self._rng(1, number, cycle).permutation(size)[offset:].tolist()
            cycle, offset = cycle + 1, 0

    def _rng(self, *place: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, *place])


class MixingDataGenerator(DataGenerator[T], Generic[T], ABC):
    """A generator of several parts: mixed for ever in training, otherwise one after the other.

    The mixture depends on the seed of the pass only, and a pass is continued anywhere at next to no cost.
    """

    @abstractmethod
    def parts(self) -> Sequence[Sequence[Any]]:
        """Return what :meth:`make_sample` makes the samples of, for each part."""

    @abstractmethod
    def ratios(self) -> Sequence[float]:
        """Return how often a sample of each part comes in training, in proportion to the others."""

    def make_sample(self, content: Any) -> Sample:
        """Return the sample for an element of a part."""
        assert isinstance(content, Sample)
        return content

    def is_endless(self) -> bool:
        """Return whether a pass has no end."""
        return self.mode == PipelineMode.TRAINING

    def __len__(self) -> int:
        return sum(map(len, self.parts()))

    def generate(self) -> Iterable[Sample]:
        """Return the samples; in training without end."""
        return self.generate_from(0)

    def generate_from(self, index: int) -> Iterable[Sample]:
        """Return the samples without the first ones."""
        parts = self.parts()
        if not self.is_endless():
            return map(self.make_sample, itertools.islice(itertools.chain(*parts), index, None))
        mixture = Mixture(list(map(len, parts)), self.ratios(), int(self.rng.integers(1 << 63)))
        return (self.make_sample(parts[number][position]) for number, position in mixture.pairs(index))
