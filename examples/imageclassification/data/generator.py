# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples for training and evaluation: the paths of labelled images."""

from collections.abc import Iterable

from examples.datasets.images import load_images
from examples.imageclassification.data.params import ICGeneratorParams
from tfaip import PipelineMode, Sample
from tfaip.data.pipeline.datagenerator import DataGenerator


class ICGenerator(DataGenerator[ICGeneratorParams]):
    """Yields paths and the names of classes; the processors read the files in the worker processes."""

    def __init__(self, mode: PipelineMode, params: ICGeneratorParams):
        super().__init__(mode=mode, params=params)
        is_training = mode == PipelineMode.TRAINING
        part = params.part if params.part != "auto" else "train" if is_training else "val"
        self.images = load_images(part, params.dataset, params.folder or None, params.split_seed)

    def __len__(self) -> int:
        return len(self.images.paths)

    def generate(self) -> Iterable[Sample]:
        order = range(len(self))
        if self.mode == PipelineMode.TRAINING:
            order = self.rng.permutation(len(self)).tolist()
        for index in order:
            path, name = self.images.paths[index], self.images.classes[self.images.labels[index]]
            yield Sample(inputs=path, targets=name, meta={"path": path, "class": name})
