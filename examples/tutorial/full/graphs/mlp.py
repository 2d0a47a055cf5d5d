# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Dense layers."""

from typing import Any, Optional

import keras

from examples.tutorial.full.graphs.backend import HiddenLayers
from examples.tutorial.full.graphs.params import MLPGraphParams
from tfaip.util.tftyping import AnyTensor


class MLPGraph(HiddenLayers[MLPGraphParams]):
    """A multi-layer perceptron."""

    def __init__(self, params: MLPGraphParams, name: str = "mlp", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.flatten = keras.layers.Flatten(name="flatten")
        self.hidden = [
            keras.layers.Dense(nodes, activation=params.activation, name=f"dense_{i}")
            for i, nodes in enumerate(params.nodes)
        ]

    def call(self, images: AnyTensor, training: Optional[bool] = None, **kwargs: Any) -> AnyTensor:
        x = self.flatten(images)
        for layer in self.hidden:
            x = layer(x)
        return x
