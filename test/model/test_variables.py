# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Names of variables are unique, complete, stable between processes, and follow the attributes."""

import unittest

import keras
import numpy as np
import tensorflow as tf

from test.model.parts import PartsGraph, batches, run, training_model
from tfaip.model.variables import named_variables

KL = keras.layers


class Zoo(PartsGraph):
    """One of each kind of layer that holds state in its own way."""

    def __init__(self, params, **kwargs):
        super().__init__(params, **kwargs)
        self.blocks = [[KL.Dense(4), KL.BatchNormalization()], [KL.Dense(4, name="same"), KL.LayerNormalization()]]
        self.by_name = {"b": KL.Dense(4, name="same"), "a": KL.Dense(4)}
        self.sequential = keras.Sequential([KL.Dense(4), KL.Dropout(0.1), KL.Dense(4)])
        x = keras.Input((4,))
        self.functional = keras.Model(x, KL.Dense(4)(KL.GaussianNoise(0.1)(x)))
        self.bidirectional = KL.Bidirectional(KL.LSTM(2, dropout=0.1, recurrent_dropout=0.1, return_sequences=True))
        self.attention = KL.MultiHeadAttention(2, 2, dropout=0.1)
        self.stacked = KL.RNN([KL.GRUCell(2), KL.LSTMCell(3)], return_sequences=True)
        self.conv_lstm = KL.ConvLSTM2D(1, 1)
        self.separable = KL.SeparableConv1D(2, 1)
        self.group = KL.GroupNormalization(1)
        self.distributed = KL.TimeDistributed(KL.Dense(2))
        self.own = self.add_weight(shape=(4,), name="anything")
        self.list_of_weights = [self.add_weight(shape=(4,)) for _ in range(2)]
        self.add_weight(shape=(4,), name="no_attribute")
        self.seeds = keras.random.SeedGenerator(1)
        self.alias = self.blocks[0][0]
        self.metric = keras.metrics.Mean(name="internal")

    def build_graph(self, inputs, training=None):
        x = inputs["x"]
        for block in self.blocks:
            for layer in block:
                x = layer(x)
        x = self.functional(self.sequential(self.by_name["a"](self.by_name["b"](x))))
        x = x * self.own + sum(self.list_of_weights) + keras.random.normal(tf.shape(x), seed=self.seeds)
        seq = self.bidirectional(tf.expand_dims(x, -1))
        seq = self.stacked(self.attention(seq, seq))
        seq = self.group(self.distributed(self.separable(seq)))
        image = self.conv_lstm(tf.reshape(seq, [-1, 1, 4, 2, 1]))
        x = tf.concat([x, tf.reshape(image, [-1, 8])], -1)[:, :4]
        return super().build_graph({"x": x})


class Random(PartsGraph):
    def __init__(self, params, **kwargs):
        super().__init__(params, **kwargs)
        self.layers = [KL.BatchNormalization(), KL.Dropout(0.5), KL.Dense(4)]
        self.seeds = keras.random.SeedGenerator(1)

    def build_graph(self, inputs, training=None):
        x = inputs["x"]
        for layer in self.layers:
            x = layer(x)
        return super().build_graph({"x": x + keras.random.normal(tf.shape(x), seed=self.seeds)})


class TestNamedVariables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = training_model(graph_cls=Zoo).root_graph

    def test_every_variable_has_one_name(self):
        names = named_variables(self.root)
        self.assertEqual(len({id(v) for v in names.values()}), len(names))
        self.assertEqual({id(v) for v in names.values()}, {id(v) for v in self.root.variables})
        self.assertGreater(len(names), 60)

    def test_names_follow_attributes(self):
        names = named_variables(self.root)
        for name in (
            "graph/alias/kernel",
            "graph/blocks/0/1/moving_mean",
            "graph/blocks/1/0/kernel",
            "graph/by_name/b/kernel",
            "graph/by_name/a/kernel",
            "graph/sequential/layers/0/kernel",
            "graph/sequential/layers/1/seed_generator/state",
            "graph/functional/layers/2/kernel",
            "graph/bidirectional/backward_layer/cell/recurrent_kernel",
            "graph/attention/query_dense/kernel",
            "graph/attention/dropout_layer/seed_generator/state",
            "graph/stacked/cell/cells/1/kernel",
            "graph/distributed/layer/kernel",
            "graph/own",
            "graph/list_of_weights/1",
            "graph/seeds/state",
        ):
            self.assertIn(name, names)
        hidden = [name for name in names if name.startswith("hidden/")]
        self.assertEqual(hidden, ["hidden/0/4"])
        self.assertFalse([name for name in names if "internal" in name or "metric" in name])

    def test_names_do_not_depend_on_other_models(self):
        first = named_variables(self.root)
        for _ in range(3):
            KL.Dense(1).build((1, 1))
        second = named_variables(training_model(graph_cls=Zoo).root_graph)
        self.assertEqual(list(first), list(second))
        self.assertNotEqual([v.path for v in first.values()], [v.path for v in second.values()])

    def test_copied_by_name_a_training_goes_on_bit_by_bit(self):
        data = batches([4] * 4)
        model, other = (training_model(graph_cls=Random, seed=seed) for seed in (1, 2))
        run(model, "train", data[:2])
        target = named_variables(other.root_graph)
        for name, variable in named_variables(model.root_graph).items():
            target[name].assign(variable.value)
        logs = [run(m, "train", data[2:]) for m in (model, other)]
        self.assertEqual(logs[0], logs[1])
        self.assertTrue(np.isfinite(logs[0]["loss"]))
