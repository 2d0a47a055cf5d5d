# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A network that is trained from scratch."""

from typing import Any, Dict, Optional

import keras
import tensorflow as tf

from examples.imageclassification.graphs.classifier import Classifier
from examples.imageclassification.params import ConvolutionsModelParams
from tfaip.model.graphbase import GraphBase
from tfaip.util.tftyping import AnyTensor


class ConvolutionsGraph(GraphBase[ConvolutionsModelParams]):
    """Convolutions, each followed by pooling, then the classifier."""

    def __init__(self, params: ConvolutionsModelParams, name: str = "ic", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.convolutions = [
            keras.layers.Conv2D(filters, (3, 3), padding="same", activation="relu", name=f"conv_{i}")
            for i, filters in enumerate(params.conv_filters)
        ]
        self.poolings = [keras.layers.MaxPool2D((2, 2), name=f"pool_{i}") for i in range(len(params.conv_filters))]
        self.flatten = keras.layers.Flatten(name="flatten")
        self.classifier = Classifier(params, name="classifier")

    def build_graph(self, inputs: Dict[str, AnyTensor], training: Optional[bool] = None) -> Dict[str, AnyTensor]:
        x = tf.cast(inputs["img"], "float32") / 255
        for convolution, pooling in zip(self.convolutions, self.poolings, strict=True):
            x = pooling(convolution(x))
        return self.classifier(self.flatten(x), training=training)
