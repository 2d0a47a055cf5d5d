# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How to let the network do something else in training than afterwards: two graphs with the same weights.

In training the score of the right class is made worse by a margin, so that the network has to be surer than sure
(https://arxiv.org/abs/1801.05599). That needs the targets, which a prediction does not have, and would spoil the
numbers of the validation. A ``GenericGraphBase`` has one function for each of both.

tfaip-train examples.howtos.train_and_predict_graphs --model.margin 0.5
"""

from dataclasses import dataclass, field
from typing import Any, Dict, Optional

import keras
import tensorflow as tf
from paiargparse import pai_dataclass, pai_meta

from examples.tutorial.min.params import TutorialDataParams, TutorialModelParams, TutorialTrainerPipelineParams
from tfaip import ScenarioBaseParams
from tfaip.model.graphbase import GenericGraphBase
from tfaip.params.ranges import Range
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.util.tftyping import AnyTensor

Tensors = Dict[str, AnyTensor]


@pai_dataclass
@dataclass
class MarginModelParams(TutorialModelParams):
    """The model of the minimal tutorial with a margin."""

    margin: float = field(
        default=0.35,
        metadata={**pai_meta(help="What is taken from the cosine of the right class"), "range": Range(minimum=0)},
    )
    scale: float = field(
        default=16.0, metadata={**pai_meta(help="What all cosines are multiplied with"), "range": Range(above=0)}
    )

    def graph_cls(self):
        return MarginGraph


class MarginGraph(GenericGraphBase[MarginModelParams]):
    """The score of a class is the cosine between its direction and the features of the image."""

    def __init__(self, params: MarginModelParams, name: str = "margin", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.flatten = keras.layers.Flatten()
        self.hidden = keras.layers.Dense(64, activation="relu", name="hidden")
        self.features = keras.layers.Dense(32, name="features")
        self.directions = keras.layers.Dense(
            params.n_classes, use_bias=False, kernel_constraint=keras.constraints.UnitNorm(axis=0), name="directions"
        )

    def build_train_graph(
        self, inputs: Tensors, targets: Optional[Tensors] = None, training: Optional[bool] = None
    ) -> Tensors:
        cosines = self._cosines(inputs)
        if training:  # not in the validation, which also runs this graph
            right = tf.one_hot(tf.cast(targets["gt"][:, 0], tf.int32), self.params.n_classes, dtype=cosines.dtype)
            cosines -= self.params.margin * right
        return self._outputs(cosines)

    def build_prediction_graph(self, inputs: Tensors, training: Optional[bool] = None) -> Tensors:
        return self._outputs(self._cosines(inputs))

    def _cosines(self, inputs: Tensors) -> AnyTensor:
        x = self.hidden(self.flatten(tf.cast(inputs["img"], tf.float32) / 255))
        return self.directions(tf.math.l2_normalize(self.features(x), axis=-1))

    def _outputs(self, cosines: AnyTensor) -> Tensors:
        logits = self.params.scale * cosines
        return {"logits": logits, "pred": tf.nn.softmax(logits), "class": tf.argmax(logits, axis=-1)}


@pai_dataclass
@dataclass
class MarginScenarioParams(ScenarioBaseParams[TutorialDataParams, MarginModelParams]):
    """The scenario with this model."""


class MarginScenario(ScenarioBase[MarginScenarioParams, TutorialTrainerPipelineParams]):
    """Tell digits apart by cosines with a margin."""
