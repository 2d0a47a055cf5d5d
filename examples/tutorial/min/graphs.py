# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The network of the minimal tutorial."""

from typing import Dict, Optional

import keras
import tensorflow as tf

from examples.tutorial.min.params import TutorialModelParams
from tfaip.model.graphbase import GraphBase
from tfaip.util.tftyping import AnyTensor


class TutorialGraph(GraphBase[TutorialModelParams]):
    """Two convolutions with pooling, then two dense layers."""

    def __init__(self, params: TutorialModelParams, name: str = "conv", **kwargs):
        super().__init__(params, name=name, **kwargs)
        self.conv1 = keras.layers.Conv2D(16, (2, 2), padding="same", name="conv1")
        self.pool1 = keras.layers.MaxPool2D((2, 2), name="pool1")
        self.conv2 = keras.layers.Conv2D(32, (2, 2), padding="same", name="conv2")
        self.pool2 = keras.layers.MaxPool2D((2, 2), name="pool2")
        self.flatten = keras.layers.Flatten(name="flatten")
        self.dense = keras.layers.Dense(128, activation="relu", name="dense")
        self.logits = keras.layers.Dense(params.n_classes, name="classify")

    def build_graph(self, inputs: Dict[str, AnyTensor], training: Optional[bool] = None) -> Dict[str, AnyTensor]:
        x = tf.expand_dims(tf.cast(inputs["img"], tf.float32) / 255, axis=-1)
        x = self.pool1(self.conv1(x))
        x = self.pool2(self.conv2(x))
        logits = self.logits(self.dense(self.flatten(x)))
        return {"logits": logits, "pred": tf.nn.softmax(logits), "class": tf.argmax(logits, axis=-1)}
