# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What layers hand to TensorBoard arrives, once it is asked for, and disturbs nothing."""

import unittest

import keras
import numpy as np
import tensorflow as tf

from test.model.parts import PartsGraph, PartsModel, batches, run, training_model
from tfaip.model.layerbase import TFAIPLayerBase
from tfaip.model.tensorboardwriter import TensorboardMetricWriter, TensorboardWriter
from tfaip.model.variables import named_variables

WRITTEN = []


def write(name, value, step):
    WRITTEN.append((name, value, step))


class Block(TFAIPLayerBase):
    def __init__(self):
        super().__init__()
        self.norm = keras.layers.BatchNormalization()
        self.dropout = keras.layers.Dropout(0.5)
        self.writer = TensorboardWriter(func=write, dtype="float32", name="image")

    def call(self, inputs, **kwargs):
        x = self.dropout(self.norm(inputs))
        self.add_tensorboard(self.writer, x)
        return x


class Graph(PartsGraph):
    def __init__(self, params, **kwargs):
        super().__init__(params, **kwargs)
        self.block = Block()

    def build_graph(self, inputs, training=None):
        return super().build_graph({"x": self.block(inputs["x"])})


class Model(PartsModel):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.shown = TensorboardWriter(write, name="shown")
        self.curve = TensorboardMetricWriter(write, keras.metrics.Mean(name="curve"))

    def _metric(self, inputs, targets, outputs):
        return [*super()._metric(inputs, targets, outputs), self.shown(outputs["logits"]), self.curve(inputs["x"])]


class TestTensorboard(unittest.TestCase):
    def test_values_of_layers_and_model(self):
        for eagerly in (False, True):
            with self.subTest(eagerly=eagerly):
                model = training_model(Model, Graph, run_eagerly=eagerly)
                data = batches([4, 3])
                logs = run(model, "test", data)
                self.assertEqual(set(logs), {"loss", "ce", "loss/mean_epoch", "acc"})
                before = {name: v.numpy() for name, v in named_variables(model.root_graph).items()}
                inputs, targets = tf.nest.map_structure(tf.constant, data[1])
                values = {w.name: (w, v) for w, v in model.tensorboard_values(inputs, targets).items()}
                self.assertEqual(set(values), {"image", "shown", "curve"})
                self.assertEqual(set(values), {writer.name for writer in model.tensorboard_writers})
                np.testing.assert_allclose(values["image"][1], data[1][0]["x"], atol=1e-2)
                expected = model.root_graph.train(*data[1])["logits"]
                np.testing.assert_allclose(values["shown"][1], expected, atol=1e-5)
                mean = np.concatenate([x["x"] for x, _ in data]).mean()
                self.assertAlmostEqual(float(values["curve"][1]), mean, places=6)
                # nothing changed
                self.assertEqual(model.epoch_logs(), logs)
                for name, variable in named_variables(model.root_graph).items():
                    np.testing.assert_array_equal(variable.numpy(), before[name])
                model.reset_accumulators()
                self.assertEqual(float(model.model_base.curve.result()), 0)
                writer, value = values["image"]
                writer.handle("tag", value, 3)
                self.assertEqual((WRITTEN[-1][0], WRITTEN[-1][2]), ("tag", 3))

    def test_without_writers_nothing_is_computed(self):
        model = training_model()
        self.assertEqual(model.tensorboard_values(None, None), {})

    def test_layers_alone_do_not_mind(self):
        block = Block()
        self.assertEqual(block(np.zeros((2, 4), "float32")).shape, (2, 4))
        self.assertEqual([writer.name for writer in block.tensorboard_outputs], ["image"])

    def test_a_value_from_a_loop_is_left_out_with_a_warning(self):
        class Looping(Graph):
            def build_graph(self, inputs, training=None):
                x = tf.map_fn(lambda row: self.block(row[None])[0], inputs["x"])
                return PartsGraph.build_graph(self, {"x": x})

        with self.assertLogs("tfaip.model.scope", "WARNING"):
            model = training_model(graph_cls=Looping)
        self.assertEqual(model.tensorboard_writers, [])
