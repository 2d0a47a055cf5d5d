# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""From the image to its features in several resolutions."""

from abc import ABC, abstractmethod
from typing import Any, Generic, List, TypeVar

import keras
import tensorflow as tf

from examples.imageclassification.graphs.efficientnet import EfficientNetLite0
from examples.segmentation.graphs.params import ConvolutionsEncoderParams, EfficientNetEncoderParams, EncoderParams
from tfaip.model.layerbase import LayerBase
from tfaip.util.tftyping import AnyTensor

TEncoderParams = TypeVar("TEncoderParams", bound=EncoderParams)


class Encoder(LayerBase[TEncoderParams], Generic[TEncoderParams], ABC):
    """Create the layers in ``__init__``, connect them in ``call``."""

    @abstractmethod
    def call(self, images: AnyTensor) -> List[AnyTensor]:
        """Compute the features.

        Args:
            images: Bytes of shape [batch, H, W, 3].

        Returns:
            Features from the finest resolution, half of the image's, to the coarsest one; each halves the one before.
        """
        raise NotImplementedError


class EfficientNetEncoder(Encoder[EfficientNetEncoderParams]):
    """The last features of each resolution of a pretrained network."""

    def __init__(self, params: EfficientNetEncoderParams, name: str = "encoder", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.backbone = EfficientNetLite0(with_head=False, name="backbone")

    def call(self, images: AnyTensor) -> List[AnyTensor]:
        features = self.backbone(images)
        return [features[scale] for scale in ("2", "4", "8", "16", "32")]


class ConvolutionsEncoder(Encoder[ConvolutionsEncoderParams]):
    """Convolutions that halve the resolution."""

    def __init__(self, params: ConvolutionsEncoderParams, name: str = "encoder", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.convolutions = [
            keras.layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu", name=f"conv_{i}")
            for i, filters in enumerate(params.filters)
        ]

    def call(self, images: AnyTensor) -> List[AnyTensor]:
        x = tf.cast(images, "float32") / 127.5 - 1
        features = []
        for convolution in self.convolutions:
            x = convolution(x)
            features.append(x)
        return features
