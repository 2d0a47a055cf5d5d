# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples out of list files."""

import functools
import itertools
from typing import Iterable, Iterator, List

from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.scenario.listfile.data_list_helpers import ListMix, read_list
from tfaip.scenario.listfile.params import ListsFileGeneratorParams
from tfaip.util.errors import UserValueError


class ListsFileDataGenerator(DataGenerator[ListsFileGeneratorParams]):
    """Yields ``Sample(inputs=line, targets=line)`` for each line of the list files.

    In training the lists are shuffled and mixed by their ratios for ever, otherwise they are read in order, once. Empty
    lines and lines with the prefix are left out.
    """

    @functools.cached_property
    def lists(self) -> List[List[str]]:
        """The lines of each list."""
        is_training = self.mode == PipelineMode.TRAINING
        flag = "--train.lists" if is_training else "--data.lists, or in training --val.lists or --lav.lists"
        return [read_list(filename, self.params.ignore_prefix, flag) for filename in self.params.lists or []]

    def __len__(self) -> int:
        return sum(map(len, self.lists))

    def steps_per_epoch(self, batch_size: int, scale_factor: float = 1) -> int:
        """Return the number of full batches that all lines make.

        Raises:
            UserValueError: There are no lists, or no lines in them.
        """
        if len(self) == 0:
            names = ", ".join(self.params.lists or [])
            raise UserValueError(
                f"The list files are empty: {names}." if names else "There are no list files.",
                where="--train.lists",
                expected="text files with one sample a line",
                got="no line" if names else "none",
            )
        return super().steps_per_epoch(batch_size, scale_factor)

    def generate(self) -> Iterable[Sample]:
        """Return the samples; in training without end."""
        return self.generate_from(0)

    def generate_from(self, index: int) -> Iterable[Sample]:
        """Return the samples without the first ones."""
        lines = self._mixed(index) if self.mode == PipelineMode.TRAINING else self._all(index)
        return (Sample(inputs=line, targets=line) for line in lines)

    def _all(self, index: int) -> Iterator[str]:
        return itertools.islice(itertools.chain(*self.lists), index, None)

    def _mixed(self, index: int) -> Iterator[str]:
        lists = self.lists
        ratios = self.params.list_ratios or [1.0] * len(lists)
        mix = ListMix(list(map(len, lists)), ratios, int(self.rng.integers(1 << 63)))
        return (lists[number][position] for number, position in mix.pairs(index))
