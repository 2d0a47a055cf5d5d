# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A scenario that has all that makes losses and metrics of an evaluation differ from those of the training.

The training graph has dropout, an output of its own for a second loss, and a metric; there are statistics of a batch
normalisation, a penalty of a layer, weights of losses, and metrics of all forms.
"""

from dataclasses import dataclass

import keras
import tensorflow as tf
from paiargparse import pai_dataclass

from test.tinyscenario.params import TinyDataParams, TinyPipelineParams
from test.tinyscenario.scenario import TinyEvaluator
from tfaip import ModelBaseParams, ScenarioBaseParams
from tfaip.model.graphbase import GenericGraphBase
from tfaip.model.modelbase import ModelBase
from tfaip.scenario.scenariobase import ScenarioBase


@pai_dataclass
@dataclass
class RichModelParams(ModelBaseParams):
    @staticmethod
    def cls():
        return RichModel

    def graph_cls(self):
        return RichGraph


class RichGraph(GenericGraphBase[RichModelParams]):
    def __init__(self, params, name="rich", **kwargs):
        super().__init__(params, name=name, **kwargs)
        self.hidden = keras.layers.Dense(8, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01))
        self.norm = keras.layers.BatchNormalization()
        self.dropout = keras.layers.Dropout(0.4)
        self.logits = keras.layers.Dense(2)
        self.length = keras.layers.Dense(1)
        self.internal = keras.metrics.Accuracy(name="internal_acc")

    def _outputs(self, hidden):
        pred = tf.nn.softmax(self.logits(hidden))
        return {"pred": pred, "class": tf.argmax(pred, axis=-1)}

    def build_train_graph(self, inputs, targets=None, training=None):
        hidden = self.norm(self.hidden(inputs["x"]), training=training)
        outputs = self._outputs(self.dropout(hidden, training=training))
        if targets is not None:
            self.add_metric(self.internal(targets["gt"], outputs["class"]))
        return {**outputs, "length": self.length(hidden)}

    def build_prediction_graph(self, inputs):
        return self._outputs(self.norm(self.hidden(inputs["x"]), training=False))


class RichModel(ModelBase[RichModelParams]):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ce = keras.losses.SparseCategoricalCrossentropy(name="ce")
        self.acc = keras.metrics.Accuracy(name="acc")

    def _loss(self, inputs, targets, outputs):
        length = tf.norm(inputs["x"], axis=-1)
        # a mean of the batch, a value for each sample
        return {
            "ce": self.ce(targets["gt"], outputs["pred"]),
            "loss/length": tf.square(outputs["length"][:, 0] - length),
        }

    def _loss_weights(self):
        return {"loss/length": 0.3}

    def _metric(self, inputs, targets, outputs):
        confidence = tf.reduce_max(outputs["pred"], axis=-1)
        return {"acc": self.acc(targets["gt"], outputs["class"]), "confidence": confidence}


@pai_dataclass
@dataclass
class RichScenarioParams(ScenarioBaseParams[TinyDataParams, RichModelParams]):
    pass


class RichEvaluator(TinyEvaluator):
    """Accuracy in Python."""


class RichScenario(ScenarioBase[RichScenarioParams, TinyPipelineParams]):
    @classmethod
    def evaluator_cls(cls):
        return RichEvaluator
