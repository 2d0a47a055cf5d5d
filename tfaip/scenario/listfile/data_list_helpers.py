# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading list files and mixing them without end."""

import random
from collections.abc import Iterator, Sequence
from typing import List, Optional

from tfaip.data.pipeline.mixing import Mixture
from tfaip.scenario.listfile.params import DESCRIPTION
from tfaip.util.file.textlines import read_text_lines


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
        mix = Mixture([len(lines) for lines in lists], self.mixing_ratio, rng.getrandbits(63))
        return (lists[number][position] for number, position in mix.pairs())


class FileListIterablor:
    """Iterates over the lines of a list file for ever, in a new random order in each round.

    Args:
        list_provider: Returns the lines, such as :class:`FileListProviderFn`.
        rng: Tells the order.
    """

    def __init__(self, list_provider: FileListProviderFn, rng: random.Random):
        self._lines = list_provider()
        self._positions = Mixture([len(self._lines)], [1], rng.getrandbits(63)).pairs()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return self._lines[next(self._positions)[1]]
