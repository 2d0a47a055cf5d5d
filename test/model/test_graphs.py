# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Graphs are called by train and predict, on real tensors, alone or nested, with every allowed signature."""

import unittest

import keras
import numpy as np
import tensorflow as tf
from tensorflow.keras import backend as K

from test.model.parts import N_CLASSES, PartsGraph, PartsParams, PartsRootGraph, batches, run, training_model
from tfaip.model.graphbase import GenericGraphBase, GraphBase, RootGraph
from tfaip.model.layerbase import LayerBase, LayerBaseParams
from tfaip.model.symbolic import build_root_graph
from tfaip.model.variables import named_variables


class TestCalls(unittest.TestCase):
    def test_a_plain_call_is_refused(self):
        graph = PartsGraph(PartsParams())
        with self.assertRaisesRegex(ValueError, r"train\(inputs, targets\) or graph.predict"):
            graph({"x": np.zeros((1, 4))})

    def test_eager_on_numpy_with_shared_weights(self):
        graph = PartsParams().create_graph()
        data = {"x": np.random.RandomState(0).normal(size=(3, 4))}  # float64, as numpy makes it
        predicted, trained = graph.predict(data), graph.train(inputs=data, targets=None)
        np.testing.assert_array_equal(predicted["logits"], trained["logits"])
        self.assertEqual(predicted["logits"].dtype, tf.float32)
        self.assertEqual(len(graph.trainable_variables), 4)
        self.assertIs(graph.params, graph._params)
        self.assertIs(type(graph).params_cls(), PartsParams)

    def test_inputs_that_are_no_dict(self):
        class Graph(GraphBase[PartsParams]):
            def __init__(self, params, **kwargs):
                super().__init__(params, **kwargs)
                self.dense = keras.layers.Dense(2)

            def build_graph(self, inputs, training=None):
                return self.dense(inputs)

        self.assertEqual(Graph(PartsParams()).predict(np.zeros((10, 10))).shape, (10, 2))

    def test_signature_variants(self):
        seen = []

        class Short(GenericGraphBase[PartsParams]):
            def build_prediction_graph(self, inputs):
                seen.append(("predict", None))
                return inputs

            def build_train_graph(self, inputs, targets):
                seen.append(("train", None))
                return inputs

        class Long(GenericGraphBase[PartsParams]):
            def build_prediction_graph(self, inputs, training=None):
                seen.append(("predict", training))
                return inputs

            def build_train_graph(self, inputs, targets, training=None):
                seen.append(("train", training))
                return inputs

        class Keywords(GraphBase[PartsParams]):
            def build_graph(self, inputs, **kwargs):
                seen.append(("build", kwargs["training"]))
                return inputs

        for cls in (Short, Long, Keywords):
            graph = cls(PartsParams())
            graph.train({"x": np.zeros(1)}, None, training=np.bool_(True))
            graph.predict({"x": np.zeros(1)})
        expected = [("train", None), ("predict", None), ("train", True), ("predict", False)]
        self.assertEqual(seen, [*expected, ("build", True), ("build", False)])
        self.assertTrue(all(value is None or type(value) is bool for _, value in seen))

    def test_backend_functions_work_while_a_functional_model_is_made(self):
        class Graph(PartsGraph):
            def build_graph(self, inputs, training=None):
                x = K.cast(K.expand_dims(inputs["x"], -1), "float32")
                assert not isinstance(x, keras.KerasTensor)
                return super().build_graph({"x": K.flatten(x) if False else tf.squeeze(x, -1)})

        model = training_model(graph_cls=Graph)
        inputs = {"x": keras.Input((4,), name="x")}
        functional = keras.Model(inputs=inputs, outputs=model.root_graph.predict(inputs))
        data = batches([5])[0][0]
        expected = model.root_graph.predict(data)
        np.testing.assert_array_equal(functional(data, training=False)["logits"], expected["logits"])
        self.assertEqual(set(functional.output), {"logits", "class"})

    def test_string_inputs_and_lookup_tables(self):
        class Graph(PartsGraph):
            def __init__(self, params, **kwargs):
                super().__init__(params, **kwargs)
                self.lookup = keras.layers.StringLookup(vocabulary=["a", "b"])

            def build_graph(self, inputs, training=None):
                x = tf.one_hot(self.lookup(inputs["word"]), 4)
                return super().build_graph({"x": x})

        model = training_model(graph_cls=Graph, input_specs={"word": tf.TensorSpec([], "string")})
        data = [({"word": np.array([b"a", b"b"])}, batches([2])[0][1])]
        self.assertTrue(np.isfinite(run(model, "train", data)["loss"]))


class Voters(GenericGraphBase[PartsParams]):
    """Trains one of two inner graphs for each sample, predicts the mean of both."""

    def __init__(self, params, name="voters", **kwargs):
        super().__init__(params, name=name, **kwargs)
        self.voters = [PartsGraph(params, f"voter_{i}") for i in range(2)]

    def build_prediction_graph(self, inputs, training=None):
        logits = [voter.predict(inputs)["logits"] for voter in self.voters]
        return {"logits": tf.reduce_mean(logits, axis=0), "class": tf.argmax(sum(logits), axis=-1)}

    def build_train_graph(self, inputs, targets, training=None):
        def one(row):
            x, fold = row
            voters = [lambda v=v: v.train({"x": [x[None]][0]}, None)["logits"][0] for v in self.voters]
            return tf.cond(fold % 2 == 0, *voters)

        folds = tf.range(tf.shape(inputs["x"])[0])
        logits = tf.map_fn(one, (inputs["x"], folds), fn_output_signature=tf.float32)
        return {"logits": logits, "class": tf.argmax(logits, axis=-1)}


class TestNestedGraphs(unittest.TestCase):
    def test_inner_graphs_in_loops_and_branches_train(self):
        model = training_model(graph_cls=Voters)
        self.assertEqual(len(model.trainable_variables), 8)
        before = [v.numpy() for v in model.trainable_variables]
        logs = run(model, "train", batches([8] * 3))
        self.assertTrue(np.isfinite(logs["loss"]))
        for old, new in zip(before, model.trainable_variables, strict=True):
            self.assertGreater(np.abs(old - new.numpy()).max(), 0)
        self.assertEqual(run(model, "test", batches([4, 3])), run(model, "test", batches([4, 3]), eagerly=True))

    def test_prediction_is_the_mean(self):
        model = training_model(graph_cls=Voters)
        data = batches([4])[0][0]
        graph = model.root_graph.graph
        expected = np.mean([voter.predict(data)["logits"] for voter in graph.voters], axis=0)
        np.testing.assert_allclose(model.root_graph.predict(data)["logits"], expected, atol=1e-6)

    def test_training_reaches_inner_graphs(self):
        seen = []

        class Inner(PartsGraph):
            def build_graph(self, inputs, training=None):
                seen.append(training)
                return super().build_graph(inputs)

        class Outer(PartsGraph):
            def __init__(self, params, **kwargs):
                super().__init__(params, **kwargs)
                self.inner = Inner(params, "inner")

            def build_graph(self, inputs, training=None):
                return self.inner.train(inputs)

        model = training_model(graph_cls=Outer)
        seen.clear()
        run(model, "train", batches([2]))
        run(model, "test", batches([2]))
        self.assertEqual(seen, [True, False])


class NoisyVoters(Voters):
    """Voters with random layers and statistics, of which each is used in a loop and outside of it."""

    def __init__(self, params, **kwargs):
        super().__init__(params, **kwargs)
        self.noise = keras.layers.Dropout(0.5)
        self.norm = keras.layers.BatchNormalization()

    def build_train_graph(self, inputs, targets, training=None):
        x = tf.map_fn(lambda row: self.norm(self.noise(row[None]))[0], inputs["x"])
        return super().build_train_graph({"x": self.norm(self.noise(x))}, targets)


class TestStateInLoops(unittest.TestCase):
    def test_random_layers_and_statistics_in_and_outside_of_loops(self):
        model = training_model(graph_cls=NoisyVoters)
        self.assertTrue(np.isfinite(run(model, "train", batches([3, 2]))["loss"]))
        self.assertGreater(np.abs(model.root_graph.graph.norm.moving_mean.numpy()).max(), 0)


class TestRootGraph(unittest.TestCase):
    def test_creates_model_and_graph(self):
        class Params(PartsParams):
            def create(self, **kwargs):
                self_kwargs.append(("model", kwargs))
                return super().create()

            def create_graph(self, **kwargs):
                self_kwargs.append(("graph", kwargs))
                return super().create_graph()

        self_kwargs = []
        root = RootGraph(Params(), model_kwargs={"a": 1}, graph_kwargs={"b": 2})
        self.assertEqual(self_kwargs, [("model", {"a": 1}), ("graph", {"b": 2})])
        self.assertEqual(root.name, "root")
        self.assertIsInstance(root.graph, PartsGraph)
        self.assertIs(root.model.params, root.params)
        self.assertIs(root.model.root_graph_cls(), RootGraph)
        self.assertIn("RootGraph", root.model.all_custom_objects())
        with self.assertRaises(ValueError):
            root({"x": np.zeros((1, 4))})

    def test_parts_can_be_left_out(self):
        root = RootGraph(PartsParams(), setup_graph=False, setup_model=False)
        for name in ("model", "graph"):
            with self.assertRaisesRegex(Exception, "without a"):
                getattr(root, name)

    def test_config_round_trip(self):
        root = RootGraph(PartsParams(hidden=7), name="other")
        again = RootGraph.from_config(root.get_config())
        self.assertEqual((again.params, again.name), (root.params, "other"))
        graph = PartsGraph.from_config(root.graph.get_config())
        self.assertEqual(graph.params, root.params)

    def test_build_for_prediction_gives_the_same_names_and_works_without_targets(self):
        trained = training_model()
        root = PartsRootGraph(trained.model_base, PartsGraph(PartsParams()))
        build_root_graph(root, {"x": tf.TensorSpec([4], "float32")})
        names = named_variables(root)
        self.assertEqual(list(names), list(named_variables(trained.root_graph)))
        for name, variable in named_variables(trained.root_graph).items():
            names[name].assign(variable.value)
        data = batches([3])[0][0]
        np.testing.assert_array_equal(root.predict(data)["logits"], trained.root_graph.predict(data)["logits"])


class TestLayerBase(unittest.TestCase):
    def test_layers_of_parameters(self):
        from dataclasses import dataclass

        from paiargparse import pai_dataclass

        @pai_dataclass
        @dataclass
        class BackendParams(LayerBaseParams):
            units: int = N_CLASSES

            @staticmethod
            def cls():
                return Backend

        class Backend(LayerBase[BackendParams]):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.dense = keras.layers.Dense(self.params.units)

            def call(self, inputs, **kwargs):
                return self.dense(inputs)

        layer = BackendParams(units=2).create(name="backend")
        self.assertEqual(layer(np.zeros((1, 3))).shape, (1, 2))
        self.assertIs(Backend.params_cls(), BackendParams)
        self.assertEqual(layer.get_config()["params"]["units"], 2)
