# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples out of list files."""

import functools
from typing import List

from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.mixing import MixingDataGenerator
from tfaip.scenario.listfile.data_list_helpers import read_list
from tfaip.scenario.listfile.params import ListsFileGeneratorParams
from tfaip.util.errors import UserValueError


class ListsFileDataGenerator(MixingDataGenerator[ListsFileGeneratorParams]):
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

    def parts(self) -> List[List[str]]:
        """Return the lines of each list."""
        return self.lists

    def ratios(self) -> List[float]:
        """Return the ratios of the lists."""
        return self.params.list_ratios or [1.0] * len(self.lists)

    def make_sample(self, content: str) -> Sample:
        """Return the sample of a line."""
        return Sample(inputs=content, targets=content)

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
