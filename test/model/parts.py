# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A small classifier for the tests of models: parameters, graph, model, data."""

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from paiargparse import pai_dataclass

from tfaip.model.graphbase import GraphBase, RootGraph
from tfaip.model.modelbase import ModelBase
from tfaip.model.modelbaseparams import ModelBaseParams
from tfaip.model.trainingmodel import TrainingModel

N_CLASSES = 3
INPUT_SPECS = {"x": tf.TensorSpec([4], "float32")}
TARGET_SPECS = {"gt": tf.TensorSpec([1], "int32")}


@pai_dataclass
@dataclass
class PartsParams(ModelBaseParams):
    hidden: int = 5

    @staticmethod
    def cls():
        return PartsModel

    def graph_cls(self):
        return PartsGraph


class PartsGraph(GraphBase[PartsParams]):
    def __init__(self, params, name="parts", **kwargs):
        super().__init__(params, name=name, **kwargs)
        self.hidden = keras.layers.Dense(params.hidden, activation="relu")
        self.logits = keras.layers.Dense(N_CLASSES)

    def build_graph(self, inputs, training=None):
        logits = self.logits(self.hidden(inputs["x"]))
        return {"logits": logits, "class": tf.argmax(logits, axis=-1)}


class PartsModel(ModelBase[PartsParams]):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.ce = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.acc = keras.metrics.Accuracy(name="acc")

    def _loss(self, inputs, targets, outputs):
        return {"ce": self.ce(targets["gt"], outputs["logits"])}

    def _metric(self, inputs, targets, outputs):
        return [self.acc(targets["gt"], outputs["class"])]


class PartsRootGraph(RootGraph):
    """Takes its model and graph instead of creating them."""

    def __init__(self, model, graph):
        super().__init__(PartsParams(), setup_graph=False, setup_model=False)
        self._model, self._graph = model, graph


def training_model(
    model_cls=PartsModel,
    graph_cls=PartsGraph,
    input_specs=None,
    target_specs=None,
    seed=1,
    optimizer="sgd",
    setup=True,
    input_gradient=None,
    **compile_args,
):
    """Return a compiled training model."""
    keras.utils.set_random_seed(seed)
    root = PartsRootGraph(model_cls(PartsParams()), graph_cls(PartsParams()))
    model = TrainingModel(
        root.model,
        root,
        INPUT_SPECS if input_specs is None else input_specs,
        TARGET_SPECS if target_specs is None else target_specs,
        input_gradient=input_gradient,
    )
    if setup:
        model.setup()
        model.compile(optimizer=optimizer, **compile_args)
    return model


def batches(sizes, seed=0):
    """Return random batches of the given sizes."""
    random = np.random.RandomState(seed)
    return [
        (
            {"x": random.normal(size=(n, 4)).astype("float32")},
            {"gt": random.randint(N_CLASSES, size=(n, 1)).astype("int32")},
        )
        for n in sizes
    ]


def run(model, method, data, eagerly=False):
    """Run the training or test step over the data and return the logs."""
    step_fn = getattr(model, f"{method}_on_tensors")
    step_fn = step_fn if eagerly else tf.function(step_fn, reduce_retracing=True)
    model.reset_accumulators()
    for step, (inputs, targets) in enumerate(data):
        inputs, targets = tf.nest.map_structure(tf.constant, (inputs, targets))
        step_fn(inputs, targets, tf.constant(step, tf.int64), tf.constant(0, tf.int64))
    return model.epoch_logs()
