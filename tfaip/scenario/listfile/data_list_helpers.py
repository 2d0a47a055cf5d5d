# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading list files and mixing them without end."""

import random
from collections.abc import Iterator, Sequence
from typing import List, Optional, Tuple

import numpy as np

from tfaip.scenario.listfile.params import DESCRIPTION
from tfaip.util.file.textlines import read_text_lines

BLOCK = 1 << 14  # choices of a list that are drawn at once


def read_list(filename: str, ignore_prefix: Optional[str] = None, flag: Optional[str] = None) -> List[str]:
    """Return the lines of a list file without trailing white space, without empty ones and those with the prefix.

    Args:
        filename: The list file.
        ignore_prefix: Lines with this prefix are left out, None for no such lines.
        flag: The flag that names the file, for the message.

    Raises:
        UserFileNotFoundError: There is no such file.
        UserValueError: It is no text file.
    """
    lines = read_text_lines(filename, *DESCRIPTION, flag)
    stripped = (line.rstrip() for line in lines)
    return [line for line in stripped if line and not (ignore_prefix and line.startswith(ignore_prefix))]


class ListMix:
    """An endless random mixture of several lists: each is shuffled, read to its end, and shuffled anew.

    What it yields depends on the arguments only, and it can begin anywhere at next to no cost.

    Args:
        sizes: Number of elements of each list.
        ratios: How often a list is chosen, in proportion to the others; empty lists never are.
        seed: Base of the random numbers.
    """

    def __init__(self, sizes: Sequence[int], ratios: Sequence[float], seed: int):
        self._sizes = list(sizes)
        weights = np.array([ratio if size else 0 for size, ratio in zip(sizes, ratios, strict=True)], float)
        self._is_empty = not weights.sum() > 0
        self._weights = weights if self._is_empty else weights / weights.sum()
        self._seed = seed

    def pairs(self, start: int = 0) -> Iterator[Tuple[int, int]]:
        """Yield the number of a list and the position in this list, for ever; nothing if all lists are empty.

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
        """Return the lists that are chosen in a block: first how often each, then in which order."""
        rng = self._rng(0, block)
        return rng.permutation(np.repeat(np.arange(len(self._sizes)), self._counts(rng)))

    def _counts(self, rng: np.random.Generator) -> np.ndarray:
        return rng.multinomial(BLOCK, self._weights)

    def _read(self, number: int, start: int) -> Iterator[int]:
        """Yield positions in a list, in a new random order in each round."""
        size = self._sizes[number]
        if size == 0:
            return
        cycle, offset = divmod(start, size)
        while True:
            yield from self._rng(1, number, cycle).permutation(size)[offset:].tolist()
            cycle, offset = cycle + 1, 0

    def _rng(self, *place: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, *place])


class FileListProviderFn:
    """A function without arguments that returns the lines of a list file.

    Args:
        file_name: The list file.
        ignore_prefix: Lines with this prefix are left out.
    """

    def __init__(self, file_name: str, ignore_prefix: Optional[str] = None):
        self.file_name = file_name
        self.ignore_prefix = ignore_prefix

    def __call__(self) -> List[str]:
        """Return the lines."""
        return read_list(self.file_name, self.ignore_prefix)


class ListMixDefinition:
    """List files and the ratios by which they are mixed.

    Args:
        list_filenames: The list files.
        mixing_ratio: How often each is chosen, in proportion to the others.
        ignore_prefix: Lines with this prefix are left out.
    """

    def __init__(
        self, list_filenames: Sequence[str], mixing_ratio: Sequence[float], ignore_prefix: Optional[str] = None
    ):
        self.list_filenames = list(list_filenames)
        self.mixing_ratio = list(mixing_ratio)
        self.ignore_prefix = ignore_prefix

    def as_generator(self, rng: random.Random) -> Iterator[str]:
        """Return an endless iterator over the lines of the shuffled lists.

        Args:
            rng: Tells the order.
        """
        lists = [read_list(filename, self.ignore_prefix) for filename in self.list_filenames]
        mix = ListMix([len(lines) for lines in lists], self.mixing_ratio, rng.getrandbits(63))
        return (lists[number][position] for number, position in mix.pairs())


class FileListIterablor:
    """Iterates over the lines of a list file for ever, in a new random order in each round.

    Args:
        list_provider: Returns the lines, such as :class:`FileListProviderFn`.
        rng: Tells the order.
    """

    def __init__(self, list_provider: FileListProviderFn, rng: random.Random):
        self._lines = list_provider()
        self._positions = ListMix([len(self._lines)], [1], rng.getrandbits(63)).pairs()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return self._lines[next(self._positions)[1]]
