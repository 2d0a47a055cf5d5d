# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Model and graphs of the tiny scenario."""

import keras
import tensorflow as tf

from test.tinyscenario.params import TinyModelParams
from tfaip.model.graphbase import GenericGraphBase, GraphBase
from tfaip.model.modelbase import ModelBase


def create_dense(params):
    regularizer = keras.regularizers.L2(0.5) if params.kind == "regularized" else None
    initializer = keras.initializers.RandomUniform(0.5, 1.5, seed=params.seed)
    return keras.layers.Dense(
        2, name="logits", use_bias=params.bias, kernel_initializer=initializer, kernel_regularizer=regularizer
    )


def outputs_of(logits):
    pred = tf.nn.softmax(logits * tf.constant([-1.0, 1.0]))
    return {"pred": pred, "class": tf.argmax(pred, axis=-1)}


class TinyGraph(GraphBase[TinyModelParams]):
    def __init__(self, params, name="tiny", **kwargs):
        super().__init__(params, name=name, **kwargs)
        self.dense = create_dense(params)

    def build_graph(self, inputs, training=None):
        return outputs_of(self.dense(inputs["x"]))


class DifferentGraph(GenericGraphBase[TinyModelParams]):
    """Sees the targets in training, so that its loss cannot be computed on the outputs of the prediction."""

    def __init__(self, params, name="different", **kwargs):
        super().__init__(params, name=name, **kwargs)
        self.dense = create_dense(params)

    def build_train_graph(self, inputs, targets=None, training=None):
        hint = 2.0 * tf.cast(targets["gt"], tf.float32) - 1.0
        return outputs_of(self.dense(inputs["x"] + 0.5 * hint))

    def build_prediction_graph(self, inputs, training=None):
        return outputs_of(self.dense(inputs["x"]))


class TinyModel(ModelBase[TinyModelParams]):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ce = keras.losses.SparseCategoricalCrossentropy(name="ce")
        self.acc = keras.metrics.Accuracy(name="acc")

    def _loss(self, inputs, targets, outputs):
        return {"ce": self.ce(targets["gt"], outputs["pred"])}

    def _metric(self, inputs, targets, outputs):
        return [self.acc(targets["gt"], outputs["class"])]

    def _print_evaluate(self, sample, data, print_fn=print):
        print_fn(f"{sample.meta['index']}: {sample.outputs['label']} / {sample.targets['gt'][0]}")
