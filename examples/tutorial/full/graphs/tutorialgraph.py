# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The fixed frame of the network, around the hidden layers that the parameters choose."""

from typing import Any, Dict, Optional

import keras
import tensorflow as tf

from examples.tutorial.full.params import TutorialModelParams
from tfaip.model.graphbase import GraphBase
from tfaip.util.tftyping import AnyTensor


class TutorialGraph(GraphBase[TutorialModelParams]):
    """Adds the channel, applies the chosen layers, and computes the class."""

    def __init__(self, params: TutorialModelParams, name: str = "tutorial", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.hidden = params.graph.create()
        self.logits = keras.layers.Dense(params.n_classes, name="logits")

    def build_graph(self, inputs: Dict[str, AnyTensor], training: Optional[bool] = None) -> Dict[str, AnyTensor]:
        features = self.hidden(tf.expand_dims(inputs["img"], axis=-1), training=training)
        logits = self.logits(features)
        return {"logits": logits, "pred": tf.nn.softmax(logits), "class": tf.argmax(logits, axis=-1)}
