# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The network for lines."""

from typing import Any, Dict

import keras
import tensorflow as tf

from benchmarks.lines.params import LineModelParams
from tfaip.model.graphbase import GraphBase
from tfaip.model.modelbase import ModelBase

_POOLING = 4


class LineGraph(GraphBase[LineModelParams]):
    """Convolutions, LSTMs in both directions, softmax."""

    def __init__(self, params: LineModelParams, name: str = "lines", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.convolutions = [
            keras.layers.Conv2D(n, 3, padding="same", activation="relu")
            for n in (params.filters, params.filters * 3 // 2)
        ]
        self.pool = keras.layers.MaxPool2D(2)
        self.recurrent = [
            keras.layers.Bidirectional(keras.layers.LSTM(params.units, return_sequences=True))
            for _ in range(params.layers)
        ]
        self.dense = keras.layers.Dense(params.classes, activation="softmax")

    def build_graph(self, inputs: Dict[str, Any], training: Any = None) -> Dict[str, Any]:
        """Return the probabilities and the number of positions."""
        features = inputs["img"][..., None]
        for convolution in self.convolutions:
            features = self.pool(convolution(features))
        shape = tf.shape(features)
        columns = tf.reshape(features, [shape[0], shape[1], features.shape[2] * features.shape[3]])
        for layer in self.recurrent:
            columns = layer(columns)
        return {"softmax": self.dense(columns), "length": inputs["img_len"] // _POOLING}


class LineModel(ModelBase[LineModelParams]):
    """The model; it is never trained."""

    def _loss(self, inputs: Any, targets: Any, outputs: Any) -> Dict[str, Any]:
        return {"none": tf.reduce_mean(outputs["softmax"], axis=[1, 2])}
