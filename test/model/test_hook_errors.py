# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Wrong and old forms of hooks are explained when the graph is built."""

import unittest

import keras
import tensorflow as tf

from test.model.parts import PartsGraph, PartsModel, PartsParams, batches, run, training_model
from tfaip.model.graphbase import GenericGraphBase, GraphBase
from tfaip.model.modelbase import ModelBase
from tfaip.util.errors import NotSupportedYetError, UserError


class ErrorCase(unittest.TestCase):
    def assert_explained(self, function, *parts):
        with self.assertRaises(UserError) as caught:
            function()
        for part in parts:
            self.assertIn(part, str(caught.exception))


class TestMistakesTheHookFinds(ErrorCase):
    """Neither AutoGraph nor Keras changes a message of the scenario itself."""

    mistake = UserError("The image is small.", where="scenario.model.n", expected="3", got="2", hint="use larger ones")

    def assert_unchanged(self, graph_cls):
        with self.assertRaises(UserError) as caught:
            training_model(graph_cls=graph_cls)
        self.assertIs(caught.exception, self.mistake)

    def test_in_the_graph(self):
        class Graph(PartsGraph):
            def build_graph(self, inputs, training=None):
                raise TestMistakesTheHookFinds.mistake

        self.assert_unchanged(Graph)

    def test_in_control_flow_that_becomes_operations(self):
        class Graph(PartsGraph):
            def build_graph(self, inputs, training=None):
                for _ in tf.range(3):
                    fail()
                return super().build_graph(inputs)

        def fail():
            raise TestMistakesTheHookFinds.mistake

        self.assert_unchanged(Graph)

    def test_in_a_layer(self):
        class Inner(keras.layers.Layer):
            def call(self, x):
                raise TestMistakesTheHookFinds.mistake

        class Graph(PartsGraph):
            def __init__(self, params, **kwargs):
                super().__init__(params, **kwargs)
                self.inner = Inner()

            def build_graph(self, inputs, training=None):
                return super().build_graph({"x": self.inner(inputs["x"])})

        self.assert_unchanged(Graph)


class TestOldForms(ErrorCase):
    def test_loss_with_joined_inputs_and_targets(self):
        class Model(PartsModel):
            def _loss(self, inputs_targets, outputs):
                return {}

        self.assert_explained(
            lambda: Model(PartsParams()),
            "Model._loss",
            "test_hook_errors.py:",
            "_loss(self, inputs, targets, outputs)",
            "_loss(self, inputs_targets, outputs)",
        )

    def test_metric_definitions(self):
        class Model(PartsModel):
            def _metric(self):
                return {}

        self.assert_explained(lambda: Model(PartsParams()), "Model._metric", "_metric(self, inputs, targets, outputs)")

    def test_print_evaluate_with_five_arguments(self):
        class Model(PartsModel):
            def _print_evaluate(self, inputs, outputs, targets, data, print_fn=print):
                pass

        self.assert_explained(
            lambda: Model(PartsParams()), "Model._print_evaluate", "_print_evaluate(self, sample, data, print_fn=print)"
        )

    def test_create_graph_on_the_model(self):
        class Model(PartsModel):
            def create_graph(self, params):
                return PartsGraph(params)

        self.assert_explained(lambda: Model(PartsParams()), "Model.create_graph", "graph_cls")

    def test_call_instead_of_build_graph(self):
        class Graph(GraphBase[PartsParams]):
            def call(self, inputs, **kwargs):
                return inputs

        self.assert_explained(lambda: Graph(PartsParams()), "Graph.call", "build_graph(self, inputs, training=None)")

    def test_sample_weights(self):
        class Model(PartsModel):
            def _sample_weights(self, inputs, targets):
                return {}

        with self.assertRaises(NotSupportedYetError):
            Model(PartsParams())

    def test_unknown_arguments_of_a_model(self):
        self.assert_explained(lambda: PartsModel(PartsParams(), codec=1), "codec")

    def test_wrong_signatures_of_graphs(self):
        class Graph(PartsGraph):
            def build_graph(self):
                return {}

        class Generic(GenericGraphBase[PartsParams]):
            def build_train_graph(self, inputs):
                return inputs

        self.assert_explained(lambda: Graph(PartsParams()), "build_graph")
        self.assert_explained(lambda: Generic(PartsParams()), "build_train_graph(self, inputs, targets=None")


def model_with(**hooks):
    return type("Model", (PartsModel,), hooks)


class TestResults(ErrorCase):
    def test_losses(self):
        for returned, part in (
            (None, "None"),
            ({}, "an empty dict"),
            (tf.constant(1.0), "a tensor float32"),
            ({"a": None}, "'a'"),
            ({"a": tf.constant(1)}, "int32"),
            ({"a": keras.losses.MeanSquaredError()}, "must be called"),
            ({1: tf.constant(1.0)}, "the name 1"),
        ):
            model = model_with(_loss=lambda *_, returned=returned: returned)
            with self.subTest(part):
                self.assert_explained(lambda model=model: training_model(model), part)

    def test_metrics(self):
        metric = keras.metrics.Mean(name="m")
        for returned, part in (
            (None, "None"),
            ([tf.constant(1.0)], "wrap a tensor"),
            ([metric], "must be called"),
            ({"a": metric}, "must be called"),
            ({"a": tf.constant("text")}, "string"),
        ):
            model = model_with(_metric=lambda *_, returned=returned: returned)
            with self.subTest(part):
                self.assert_explained(lambda model=model: training_model(model), part)

    def test_names_are_unique(self):
        def two_alike(self, inputs, targets, outputs):
            return [self.acc(targets["gt"], outputs["class"]), self.other(outputs["class"])]

        model = model_with(_metric=two_alike, other=keras.metrics.Mean(name="acc"))
        self.assert_explained(lambda: training_model(model), "'acc'", "(Accuracy) and a metric (Mean)")
        model = model_with(_metric=lambda self, inputs, targets, outputs: {"ce": tf.constant(1.0)})
        self.assert_explained(lambda: training_model(model), "'ce'", "a loss and a metric tensor")
        for name in ("loss", "loss/mean_epoch"):
            model = model_with(_metric=lambda self, i, t, o, name=name: {name: tf.constant(1.0)})
            self.assert_explained(lambda model=model: training_model(model), repr(name), "the sum of all losses")

    def test_loss_weights(self):
        model = model_with(_loss_weights=lambda self: {"ces": 1.0})
        with self.assertLogs("tfaip.model.results", "WARNING") as logs:
            training_model(model)
        self.assertIn("'ces'", logs.output[0])
        self.assertIn("Did you mean ce?", logs.output[0])
        self.assertEqual(len(logs.output), 1)
        model = model_with(_loss_weights=lambda self: [1.0])
        self.assert_explained(lambda: training_model(model), "_loss_weights")

    def test_best_logging_settings(self):
        self.assertEqual(PartsModel(PartsParams()).best_logging_settings(), ("min", "loss/mean_epoch"))
        model = model_with(_best_logging_settings=lambda self: ("maximum", "acc"))
        self.assert_explained(lambda: training_model(model), "_best_logging_settings", "maximum")

    def test_outputs(self):
        class Graph(PartsGraph):
            def build_graph(self, inputs, training=None):
                return inputs["x"]

        self.assert_explained(lambda: training_model(graph_cls=Graph), "outputs by name", "build_train_graph")

    def test_reserved_targets(self):
        specs = {"gt": tf.TensorSpec([1], "int32"), "step": tf.TensorSpec([1], "int32")}
        self.assert_explained(lambda: training_model(target_specs=specs), "'step'")

    def test_use_before_set_up(self):
        model = training_model(setup=False)
        self.assert_explained(model.reset_accumulators, "setup()")

    def test_errors_of_hooks_name_the_line(self):
        def fail(self, inputs, targets, outputs):
            raise KeyError("a key that is missing")

        with self.assertRaisesRegex(KeyError, "(?s)test_hook_errors.py.*a key that is missing"):
            training_model(model_with(_loss=fail))


class TestVariables(ErrorCase):
    def test_raw_variables_and_modules(self):
        for make in (lambda: tf.Variable(1.0), tf.Module, lambda: [tf.Variable(1.0)], lambda: {"a": tf.Variable(1.0)}):

            class Graph(PartsGraph):
                def __init__(self, params, make=make, **kwargs):
                    super().__init__(params, **kwargs)
                    self.raw = make()

            self.assert_explained(lambda Graph=Graph: training_model(graph_cls=Graph), "Graph", "raw", "add_weight")

    def test_raw_variables_of_inner_layers(self):
        class Inner(keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.scale = tf.Variable(1.0)

            def call(self, x):
                return x * self.scale

        class Graph(PartsGraph):
            def __init__(self, params, **kwargs):
                super().__init__(params, **kwargs)
                self.inner = [Inner()]

        self.assert_explained(lambda: training_model(graph_cls=Graph), "Inner", "scale")

    def test_layers_created_in_each_call(self):
        class Graph(PartsGraph):
            def build_graph(self, inputs, training=None):
                self.fresh = keras.layers.Dense(4)
                return super().build_graph({"x": self.fresh(inputs["x"])})

        model = training_model(graph_cls=Graph)
        self.assert_explained(lambda: run(model, "train", batches([2]), eagerly=True), "anew", "__init__")
        self.assert_explained(lambda: run(model, "train", batches([2])), "anew", "__init__")

    def test_layers_created_once_in_the_first_call_work(self):
        class Graph(PartsGraph):
            def build_graph(self, inputs, training=None):
                if not hasattr(self, "lazy"):
                    self.lazy = keras.layers.Dense(4)
                return super().build_graph({"x": self.lazy(inputs["x"])})

        model = training_model(graph_cls=Graph)
        self.assertEqual(len(model.trainable_variables), 6)
        run(model, "train", batches([2]))

    def test_metric_definition_can_be_imported_nowhere(self):
        import tfaip.model.modelbase as module

        self.assertFalse(hasattr(module, "MetricDefinition"))
        self.assertFalse(hasattr(ModelBase, "MetricDefinition"))
