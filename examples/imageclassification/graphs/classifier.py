# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What both kinds of networks end with."""

from typing import Any, Dict, Optional

import keras
import tensorflow as tf

from examples.imageclassification.params import ICModelParams
from tfaip.model.layerbase import TFAIPLayerBase
from tfaip.util.tftyping import AnyTensor


class Classifier(TFAIPLayerBase):
    """Dense layers, then one number for each class."""

    def __init__(self, params: ICModelParams, **kwargs: Any):
        super().__init__(**kwargs)
        self.dropout = keras.layers.Dropout(params.dropout, name="dropout")
        self.hidden = [
            keras.layers.Dense(nodes, activation="relu", name=f"dense_{i}") for i, nodes in enumerate(params.dense)
        ]
        self.logits = keras.layers.Dense(params.n_classes, name="logits")

    def call(self, features: AnyTensor, training: Optional[bool] = None) -> Dict[str, AnyTensor]:
        x = features
        for layer in self.hidden:
            x = layer(x)
        logits = self.logits(self.dropout(x, training=training))
        return {"logits": logits, "pred": tf.nn.softmax(logits), "class": tf.argmax(logits, axis=-1)}
