# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where samples come from."""

from collections.abc import Iterable

import numpy as np

from tfaip import PipelineMode, Sample
from tfaip.data.pipeline.datagenerator import DataGenerator

from .params import TemplateGeneratorParams


class TemplateGenerator(DataGenerator[TemplateGeneratorParams]):
    """Replace: yield what is cheap to find (a path, a line), and let the processors do the work in parallel."""

    def __len__(self) -> int:
        return self.params.n_samples

    def generate(self) -> Iterable[Sample]:
        rng = np.random.default_rng(self.params.seed)
        for index in range(self.params.n_samples):
            point = rng.uniform(-1, 1, 2)
            inside = int(np.sum(point**2) < 0.6)
            is_labelled = self.mode != PipelineMode.PREDICTION
            yield Sample(inputs=point, targets=inside if is_labelled else None, meta={"index": index})
