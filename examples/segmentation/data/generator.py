# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples for training and evaluation: recipes of scenes, which the worker processes draw."""

from collections.abc import Iterable

import numpy as np

from examples.datasets.cutouts import load_backgrounds, load_cutouts
from examples.segmentation.data.params import SceneGeneratorParams
from tfaip import PipelineMode, Sample
from tfaip.data.pipeline.datagenerator import DataGenerator


class SceneGenerator(DataGenerator[SceneGeneratorParams]):
    """In training each pass has new scenes, an evaluation always the same."""

    def __init__(self, mode: PipelineMode, params: SceneGeneratorParams):
        super().__init__(mode=mode, params=params)
        self.is_training = mode == PipelineMode.TRAINING
        part = params.part if params.part != "auto" else "train" if self.is_training else "val"
        self.cutouts = load_cutouts(part, params.cutouts or None)
        self.backgrounds = load_backgrounds(part, params.backgrounds or None)

    def __len__(self) -> int:
        return self.params.n_train if self.is_training else self.params.n_eval

    def generate(self) -> Iterable[Sample]:
        rng = self.rng if self.is_training else np.random.default_rng(0)
        for _ in range(len(self)):
            yield self._recipe(rng)

    def _recipe(self, rng: np.random.Generator) -> Sample:
        cutouts = self.cutouts
        labels = np.asarray(cutouts.labels)
        # each class as often as the others, however many cut-outs it has
        chosen = [
            int(rng.choice(np.flatnonzero(labels == rng.integers(len(cutouts.classes)))))
            for _ in range(rng.integers(1, self.params.max_objects + 1))
        ]
        recipe = {
            "background": str(rng.choice(self.backgrounds)),
            "objects": [(cutouts.paths[i], cutouts.classes[cutouts.labels[i]]) for i in chosen],
            "seed": int(rng.integers(2**31)),
        }
        return Sample(inputs=recipe, targets=True, meta={"seed": recipe["seed"]})
