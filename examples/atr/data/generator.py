# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples: the paths of images. The processors do the rest, on worker processes."""

import functools
import glob
import os
from typing import List

from examples.atr.data.params import AtrGeneratorParams
from examples.atr.data.sources import default_lines
from tfaip import PipelineMode, Sample
from tfaip.scenario.listfile.data_list_helpers import read_list
from tfaip.scenario.listfile.datagenerator import ListsFileDataGenerator
from tfaip.util.errors import UserFileNotFoundError


class AtrGenerator(ListsFileDataGenerator):
    """Yields the paths of images; in training several lists are mixed without end."""

    params: AtrGeneratorParams

    @functools.cached_property
    def lists(self) -> List[List[str]]:
        """The paths of each list."""
        if self.params.image_files:
            return [[path for pattern in self.params.image_files for path in _expand(pattern)]]
        if self.params.lists:
            return [_read(name, self.params.ignore_prefix) for name in self.params.lists]
        part = self.params.part or ("train" if self.mode == PipelineMode.TRAINING else "val")
        return [default_lines(part, self.params.n_rendered)]

    def ratios(self) -> List[float]:
        """Return the ratios of the lists."""
        return super().ratios() if self.params.lists and not self.params.image_files else [1.0]

    def make_sample(self, content: str) -> Sample:
        """Return the sample of a path."""
        return Sample(inputs=content, targets=content, meta={"path": content})


def _expand(pattern: str) -> list[str]:
    """Return the files of a pattern in the order of their names; a name that exists is taken as it is."""
    paths = [pattern] if os.path.exists(pattern) else sorted(glob.glob(pattern))
    if not paths:
        raise UserFileNotFoundError("No such image file.", where="image_files", got=pattern)
    return paths


def _read(filename: str, ignore_prefix: str | None) -> list[str]:
    """Return the paths in a list file; relative ones begin at its folder."""
    folder = os.path.dirname(filename)
    return [os.path.join(folder, line) for line in read_list(filename, ignore_prefix, "lists")]
