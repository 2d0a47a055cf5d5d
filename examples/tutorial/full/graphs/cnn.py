# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Convolutions, and how their output becomes an image in TensorBoard."""

import math
from typing import Any, Optional

import keras
import numpy as np
import tensorflow as tf

from examples.tutorial.full.graphs.backend import HiddenLayers
from examples.tutorial.full.graphs.params import ConvGraphParams
from tfaip.model.tensorboardwriter import TensorboardWriter
from tfaip.util.tftyping import AnyTensor


class ConvGraph(HiddenLayers[ConvGraphParams]):
    """Convolutions, each followed by pooling, then dense layers."""

    def __init__(self, params: ConvGraphParams, name: str = "cnn", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.convolutions = [
            keras.layers.Conv2D(filters, (3, 3), padding="same", activation=params.activation, name=f"conv_{i}")
            for i, filters in enumerate(params.filters)
        ]
        self.poolings = [keras.layers.MaxPool2D((2, 2), name=f"pool_{i}") for i in range(len(params.filters))]
        self.flatten = keras.layers.Flatten(name="flatten")
        self.hidden = [
            keras.layers.Dense(nodes, activation=params.activation, name=f"dense_{i}")
            for i, nodes in enumerate(params.dense)
        ]
        self.conv_mat_writer = TensorboardWriter(func=write_channels, dtype="float32", name="conv_mat")

    def call(self, images: AnyTensor, training: Optional[bool] = None, **kwargs: Any) -> AnyTensor:
        x = images
        for i, (convolution, pooling) in enumerate(zip(self.convolutions, self.poolings, strict=True)):
            x = convolution(x)
            if i == 0:
                self.add_tensorboard(self.conv_mat_writer, x)
            x = pooling(x)
        x = self.flatten(x)
        for layer in self.hidden:
            x = layer(x)
        return x


def write_channels(name: str, value: np.ndarray, step: int) -> None:
    """Write the channels of a feature map as one image for each sample."""
    tf.summary.image(name, tile_channels(value), step=step)


def tile_channels(value: np.ndarray) -> np.ndarray:
    """Lay the channels of [batch, H, W, C] side by side in a square: [batch, n * H, n * W, 1], n * n >= C."""
    batch, height, width, channels = value.shape
    side = math.ceil(math.sqrt(channels))
    padded = np.pad(value, [(0, 0), (0, 0), (0, 0), (0, side * side - channels)])
    grid = padded.reshape(batch, height, width, side, side).transpose(0, 3, 1, 4, 2)
    return grid.reshape(batch, side * height, side * width, 1)
