# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples for training and evaluation: the images of a public data set."""

import random
from collections.abc import Iterable

from examples.datasets.mnist import load_mnist
from examples.tutorial.full.data.params import TutorialTrainingGeneratorParams
from tfaip import PipelineMode, Sample
from tfaip.data.pipeline.datagenerator import DataGenerator


class TutorialTrainingGenerator(DataGenerator[TutorialTrainingGeneratorParams]):
    """Yields raw images and classes; the processor brings them into the form of the graph."""

    def __init__(self, mode: PipelineMode, params: TutorialTrainingGeneratorParams):
        super().__init__(mode=mode, params=params)
        data = load_mnist(dataset=params.dataset)
        is_training = mode == PipelineMode.TRAINING or params.force_train
        images, classes = (data.x_train, data.y_train) if is_training else (data.x_test, data.y_test)
        self.samples = [
            Sample(inputs=image, targets=label, meta={"index": index})
            for index, (image, label) in enumerate(zip(images, classes.tolist(), strict=True))
        ]

    def __len__(self) -> int:
        return len(self.samples)

    def generate(self) -> Iterable[Sample]:
        if self.mode == PipelineMode.TRAINING and self.params.shuffle:
            return random.sample(self.samples, len(self.samples))
        return self.samples
