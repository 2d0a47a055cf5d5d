# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The network: an encoder, and a decoder that goes back to the resolution of the image (a U-Net)."""

from typing import Any, Dict, Optional

import keras
import numpy as np
import tensorflow as tf

from examples.segmentation.params import SegmentationModelParams
from examples.segmentation.pictures import painted
from tfaip.model.graphbase import GraphBase
from tfaip.model.tensorboardwriter import TensorboardWriter
from tfaip.util.errors import UserValueError
from tfaip.util.tftyping import AnyTensor

N_PICTURES = 6


class SegmentationGraph(GraphBase[SegmentationModelParams]):
    """Says for each pixel how probable each class is; class 0 is the background."""

    def __init__(self, params: SegmentationModelParams, name: str = "segmentation", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        n_steps = params.encoder.n_resolutions() - 1
        if len(params.decoder_filters) != n_steps:
            raise UserValueError(
                "The decoder does not fit to the encoder.",
                where="model.decoder_filters",
                expected=f"{n_steps} numbers, one less than the encoder has resolutions",
                got=str(len(params.decoder_filters)),
            )
        self.encoder = params.encoder.create()
        self.up = keras.layers.UpSampling2D(2, interpolation="bilinear", name="up")
        self.merge = keras.layers.Concatenate(name="merge")
        self.decoder = [
            keras.layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"decoder_{i}")
            for i, filters in enumerate(params.decoder_filters)
        ]
        self.logits = keras.layers.Conv2D(params.n_classes + 1, 3, padding="same", name="logits")
        self.picture_writer = TensorboardWriter(func=write_pictures, dtype="uint8", name="segmentation")

    def build_graph(self, inputs: Dict[str, AnyTensor], training: Optional[bool] = None) -> Dict[str, AnyTensor]:
        *finer, x = self.encoder(inputs["img"])
        for convolution, skip in zip(self.decoder, reversed(finer), strict=True):
            x = convolution(self.merge([self.up(x), skip]))
        logits = self.up(self.logits(x))
        mask = tf.cast(tf.argmax(logits, axis=-1), "uint8")
        self.add_tensorboard(self.picture_writer, tf.concat([inputs["img"], mask[..., tf.newaxis]], axis=-1))
        return {"logits": logits, "pred": tf.nn.softmax(logits), "class": mask}


def write_pictures(name: str, value: np.ndarray, step: int) -> None:
    """Write the first images of a batch, each beside itself with the classes painted over it."""
    images, masks = value[:N_PICTURES, ..., :3], value[:N_PICTURES, ..., 3]
    tf.summary.image(name, np.concatenate([images, painted(images, masks)], axis=2), step=step, max_outputs=N_PICTURES)
