# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The evaluation of given outputs gives the numbers of the training model."""

import unittest

import keras
import tensorflow as tf

from test.model.parts import PartsGraph, PartsModel, PartsParams, batches, run, training_model
from tfaip.model.evaluation import EvaluationComputation
from tfaip.model.metric.count import Count
from tfaip.model.util.module import import_graphs, import_submodules

UNEVEN = batches([5, 5, 2])


class TestEvaluation(unittest.TestCase):
    def test_same_numbers_as_the_validation(self):
        model = training_model()
        expected = run(model, "test", UNEVEN)
        for in_graph in (False, True):
            for sizes in ((5, 5, 2), (1,) * 12):
                evaluation = EvaluationComputation(PartsModel(PartsParams()))
                update = tf.function(evaluation.update, reduce_retracing=True) if in_graph else evaluation.update
                self.assertEqual(evaluation.result(), {})
                x = tf.concat([inputs["x"] for inputs, _ in UNEVEN], 0)
                gt = tf.concat([targets["gt"] for _, targets in UNEVEN], 0)
                for part_x, part_gt in zip(tf.split(x, sizes), tf.split(gt, sizes), strict=True):
                    outputs = model.root_graph.predict({"x": part_x})
                    update({"x": part_x}, {"gt": part_gt}, outputs)
                result = evaluation.result()
                self.assertEqual(set(result), set(expected))
                for name, value in expected.items():
                    self.assertAlmostEqual(result[name], value, places=6)
                evaluation.reset()
                self.assertEqual(evaluation.result()["acc"], 0)

    def test_without_losses(self):
        class Model(PartsModel):
            def _loss(self, inputs, targets, outputs):
                return {"needs": outputs["what only training has"]}

        model = training_model()
        evaluation = EvaluationComputation(Model(PartsParams()), has_losses=False)
        for inputs, targets in UNEVEN:
            evaluation.update(inputs, targets, model.root_graph.predict(inputs))
        self.assertEqual(set(evaluation.result()), {"acc"})

    def test_targets_are_pre_and_post_processed(self):
        class Graph(PartsGraph):
            def pre_proc_targets(self, inputs, targets):
                return {**targets, "a": tf.cast(targets["step"], tf.float32)}

        class Model(PartsModel):
            def post_proc_targets(self, inputs, targets, outputs):
                return {**targets, "b": targets["a"] + 1}

            def _metric(self, inputs, targets, outputs):
                return {"b": targets["b"]}

        model = training_model(Model, Graph)
        evaluation = EvaluationComputation(model.model_base, root_graph=model.root_graph)
        evaluation.update(*UNEVEN[0], model.root_graph.predict(UNEVEN[0][0]), step=4)
        self.assertEqual(evaluation.result()["b"], 5)


class TestSmallParts(unittest.TestCase):
    def test_count(self):
        count = Count()
        for n in (3, 4):
            count(tf.zeros([n, 2]))
        self.assertEqual(int(count.result()), 7)
        self.assertEqual(count.result().dtype, tf.int64)
        count.reset_state()
        self.assertEqual(int(count([tf.zeros([2]), tf.zeros([9])])), 2)

    def test_import_of_modules(self):
        self.assertIn("tfaip.model.keras_private.lossscale", import_submodules("tfaip.model"))
        self.assertNotIn("tfaip.model.keras_private.lossscale", import_submodules("tfaip.model", recursive=False))
        self.assertIn("tfaip.model.metric.count", import_graphs("tfaip.model.modelbase", "metric"))

    def test_keras_model(self):
        from tfaip.model.modelbase import TFAIPKerasModel

        x = keras.Input((2,))
        self.assertEqual(TFAIPKerasModel(inputs=x, outputs=keras.layers.Dense(1)(x)).count_params(), 3)
