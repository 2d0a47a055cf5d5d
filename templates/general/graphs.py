# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The network of the scenario."""

from typing import Any, Dict, Optional

import keras
import tensorflow as tf

from tfaip.model.graphbase import GraphBase
from tfaip.util.tftyping import AnyTensor

from .params import TemplateModelParams


class TemplateGraph(GraphBase[TemplateModelParams]):
    """Replace: create the layers in ``__init__``, connect them in ``build_graph``."""

    def __init__(self, params: TemplateModelParams, name: str = "template", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.hidden = [
            keras.layers.Dense(nodes, activation="relu", name=f"hidden_{i}") for i, nodes in enumerate(params.nodes)
        ]
        self.logits = keras.layers.Dense(2, name="logits")

    def build_graph(self, inputs: Dict[str, AnyTensor], training: Optional[bool] = None) -> Dict[str, AnyTensor]:
        x = inputs["point"]
        for layer in self.hidden:
            x = layer(x)
        logits = self.logits(x)
        return {"logits": logits, "pred": tf.nn.softmax(logits), "class": tf.argmax(logits, axis=-1)}
