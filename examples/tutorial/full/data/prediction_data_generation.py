# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples for prediction: image files."""

import glob
import os
from collections.abc import Iterable

from examples.tutorial.full.data.params import TutorialPredictionGeneratorParams
from tfaip import PipelineMode, Sample
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.util.errors import UserFileNotFoundError


class TutorialPredictionGenerator(DataGenerator[TutorialPredictionGeneratorParams]):
    """Yields the paths only: the processor reads the files, so a broken one is reported and skipped, not fatal."""

    def __init__(self, mode: PipelineMode, params: TutorialPredictionGeneratorParams):
        super().__init__(mode=mode, params=params)
        self.paths = [path for pattern in params.image_files for path in _expand(pattern)]

    def __len__(self) -> int:
        return len(self.paths)

    def generate(self) -> Iterable[Sample]:
        return (Sample(inputs=path, meta={"path": path}) for path in self.paths)


def _expand(pattern: str) -> list[str]:
    """Return the files of a pattern in the order of their names; a name that exists is taken as it is."""
    paths = [pattern] if os.path.exists(pattern) else sorted(glob.glob(pattern))
    if not paths:
        raise UserFileNotFoundError("No such image file.", where="--data.image_files", got=pattern)
    return paths
