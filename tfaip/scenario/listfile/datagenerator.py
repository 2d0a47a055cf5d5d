# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples out of text files."""

import itertools
import random
from typing import Iterable, Iterator, List, Optional

from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.scenario.listfile.params import ListsFileGeneratorParams
from tfaip.util.errors import UserFileNotFoundError


class ListsFileDataGenerator(DataGenerator[ListsFileGeneratorParams]):
    """Yields ``Sample(inputs=line, targets=line)`` for each line of the list files.

    In training the lists are shuffled and mixed for ever by their ratios, otherwise they are read in order, once.
    Empty lines and lines with the prefix are left out.
    """

    def __init__(self, mode: PipelineMode, params: ListsFileGeneratorParams):
        super().__init__(mode, params)
        self._lines = [read_list(filename, params.ignore_prefix) for filename in params.lists or []]
        self._random = random.Random(random.getrandbits(64))

    def __len__(self) -> int:
        return sum(map(len, self._lines))

    def generate(self) -> Iterable[Sample]:
        """Yield the samples."""
        lines = self._mix() if self.mode == PipelineMode.TRAINING else itertools.chain(*self._lines)
        return (Sample(inputs=line, targets=line) for line in lines)

    def _mix(self) -> Iterator[str]:
        sources = [(lines, ratio) for lines, ratio in zip(self._lines, self._ratios(), strict=True) if lines]
        if not sources:
            return
        streams = [self._shuffle_for_ever(lines) for lines, _ in sources]
        ratios = [ratio for _, ratio in sources]
        while True:
            yield next(self._random.choices(streams, weights=ratios)[0])

    def _ratios(self) -> List[float]:
        return self.params.list_ratios or [1.0] * len(self._lines)

    def _shuffle_for_ever(self, lines: List[str]) -> Iterator[str]:
        lines = list(lines)
        while True:
            self._random.shuffle(lines)
            yield from lines


def read_list(filename: str, ignore_prefix: Optional[str] = None) -> List[str]:
    """Return the lines of a list file.

    Raises:
        UserFileNotFoundError: If there is no such file.
    """
    try:
        with open(filename, encoding="utf-8") as file:
            lines = [line.rstrip() for line in file]
    except FileNotFoundError as error:
        raise UserFileNotFoundError(
            "The list file does not exist.", where=filename, expected="a text file with one sample a line"
        ) from error
    return [line for line in lines if line and not (ignore_prefix and line.startswith(ignore_prefix))]
