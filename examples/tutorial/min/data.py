# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data of the minimal tutorial: what a sample looks like, and the generator that yields the samples."""

import random
from collections.abc import Iterable
from typing import Dict

import numpy as np
import tensorflow as tf

from examples.datasets.mnist import load_mnist
from examples.tutorial.min.params import TutorialDataGeneratorParams, TutorialDataParams
from tfaip import PipelineMode, Sample
from tfaip.data.data import DataBase
from tfaip.data.pipeline.datagenerator import DataGenerator


class TutorialDataGenerator(DataGenerator[TutorialDataGeneratorParams]):
    """Yields the training images in a new order each epoch, or the test images in their own order."""

    def __init__(self, mode: PipelineMode, params: TutorialDataGeneratorParams):
        super().__init__(mode=mode, params=params)
        data = load_mnist(dataset=params.dataset)
        is_training = mode == PipelineMode.TRAINING
        images, classes = (data.x_train, data.y_train) if is_training else (data.x_test, data.y_test)
        self.samples = to_samples(images, classes)

    def __len__(self) -> int:
        return len(self.samples)

    def generate(self) -> Iterable[Sample]:
        if self.mode == PipelineMode.TRAINING:
            return random.sample(self.samples, len(self.samples))
        return self.samples


def to_samples(images: np.ndarray, classes: np.ndarray) -> list[Sample]:
    """Return one sample for each image; a scalar target has the shape [1]."""
    return [
        Sample(inputs={"img": image}, targets={"gt": target})
        for image, target in zip(images, np.expand_dims(classes, -1), strict=True)
    ]


class TutorialData(DataBase[TutorialDataParams]):
    """The shapes and types of one sample, without the batch dimension."""

    def _input_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"img": tf.TensorSpec(shape=[28, 28], dtype="uint8")}

    def _target_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"gt": tf.TensorSpec(shape=[1], dtype="uint8")}
