# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The training model computes what the hooks of model and graph say, and its sums are exact."""

import unittest

import keras
import numpy as np
import tensorflow as tf

from test.model.parts import N_CLASSES, PartsGraph, PartsModel, batches, run, training_model
from tfaip.model.metric.count import Count
from tfaip.model.variables import named_variables

UNEVEN = batches([8, 8, 3])


def losses_of(model, data):
    """Return the cross entropy of each sample, computed by numpy."""
    result = []
    for inputs, targets in data:
        logits = model.root_graph.train(inputs, targets)["logits"].numpy().astype("float64")
        log_sum = np.log(np.exp(logits).sum(-1))
        result.extend(log_sum - logits[np.arange(len(logits)), targets["gt"][:, 0]])
    return np.array(result)


class TestSums(unittest.TestCase):
    def test_all_forms_of_losses_and_metrics_are_exact_with_an_uneven_last_batch(self):
        ce = tf.keras.losses.sparse_categorical_crossentropy

        class Model(PartsModel):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.count = Count()

            def _loss(self, inputs, targets, outputs):
                per_sample = ce(targets["gt"], outputs["logits"], from_logits=True)
                return {
                    "loss/keras": self.ce(targets["gt"], outputs["logits"]),
                    "scalar": tf.reduce_mean(per_sample),
                    "per_sample": per_sample,
                    "column": tf.expand_dims(per_sample, -1),
                }

            def _loss_weights(self):
                return {"scalar": 0.5, "column": 0.0}

            def _metric(self, inputs, targets, outputs):
                per_sample = ce(targets["gt"], outputs["logits"], from_logits=True)
                right = tf.cast(targets["gt"][:, 0], tf.int64) == outputs["class"]
                return {
                    "called": self.acc(targets["gt"], outputs["class"]),
                    "count": self.count(targets["gt"]),
                    "mean_of_samples": per_sample,
                    "mean_of_batch": tf.reduce_mean(per_sample),
                    "right": right,
                }

        for eagerly in (False, True):
            with self.subTest(eagerly=eagerly):
                model = training_model(Model)
                expected = losses_of(model, UNEVEN)
                logs = run(model, "test", UNEVEN, eagerly)
                for name in ("loss/keras", "scalar", "per_sample", "column", "mean_of_samples", "mean_of_batch"):
                    self.assertAlmostEqual(logs[name], expected.mean(), places=6, msg=name)
                for name in ("loss", "loss/mean_epoch"):
                    self.assertAlmostEqual(logs[name], 2.5 * expected.mean(), places=5, msg=name)
                self.assertEqual(logs["count"], 19)
                self.assertAlmostEqual(logs["called"], logs["right"], places=6)
                names = ["loss", "loss/keras", "scalar", "per_sample", "column", "loss/mean_epoch"]
                names += ["mean_of_samples", "mean_of_batch", "right", "called", "count"]
                self.assertEqual(list(logs), names)
                for value in logs.values():
                    self.assertIsInstance(value, (int, float))

    def test_sums_that_a_function_reads_are_those_that_python_reads(self):
        model = training_model()
        run(model, "test", UNEVEN)

        read = tf.function(model.read_steps)()

        self.assertEqual(model.epoch_logs(read), model.epoch_logs())
        model.reset_accumulators()
        self.assertEqual(model.epoch_logs(read)["acc"], run(model, "test", UNEVEN)["acc"])

    def test_a_pass_starts_anew_after_a_reset(self):
        model = training_model()
        first = run(model, "test", UNEVEN)
        self.assertEqual(run(model, "test", UNEVEN), first)
        model.reset_accumulators()
        self.assertTrue(np.isnan(model.epoch_logs()["loss"]))

    def test_training_logs_the_losses_before_each_update(self):
        model = training_model(optimizer=keras.optimizers.SGD(0.1))
        expected = []
        weights = [v.numpy() for v in model.root_graph.trainable_variables]
        logs = run(model, "train", UNEVEN)
        reference = training_model(optimizer=keras.optimizers.SGD(0.1))
        for old, new in zip(weights, reference.root_graph.trainable_variables, strict=True):
            np.testing.assert_array_equal(old, new.numpy())
        for batch in UNEVEN:
            expected.extend(losses_of(reference, [batch]))
            run(reference, "train", [batch])
        self.assertAlmostEqual(logs["ce"], float(np.mean(expected)), places=6)

    def test_a_loss_named_loss_keeps_its_name_and_the_sum_has_the_other(self):
        class Model(PartsModel):
            def _loss(self, inputs, targets, outputs):
                return {"loss": self.ce(targets["gt"], outputs["logits"]), "loss_0": tf.constant(2.0)}

        model = training_model(Model)
        logs = run(model, "test", UNEVEN)
        self.assertAlmostEqual(logs["loss"], losses_of(model, UNEVEN).mean(), places=6)
        self.assertAlmostEqual(logs["loss/mean_epoch"], logs["loss"] + 2, places=6)

    def test_dict_and_array_results_of_metrics(self):
        class Pair(keras.metrics.Mean):
            def result(self):
                return {"one": super().result(), "two": tf.constant([1.0, 2.0])}

        class Model(PartsModel):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.pair = Pair(name="pair")

            def _metric(self, inputs, targets, outputs):
                return [self.pair(outputs["logits"])]

        logs = run(training_model(Model), "test", UNEVEN)
        self.assertIsInstance(logs["pair_one"], float)
        np.testing.assert_array_equal(logs["pair_two"], [1, 2])

    def test_target_output_metric(self):
        for new_metric in (lambda model: model.acc, lambda model: keras.metrics.Accuracy(name="acc")):

            class Model(PartsModel):
                create = staticmethod(new_metric)

                def _metric(self, inputs, targets, outputs):
                    return []

                def _target_output_metric(self):
                    return [("gt", "class", self.create(self))]

            self.assertEqual(run(training_model(Model), "test", UNEVEN), run(training_model(), "test", UNEVEN))


class TestSteps(unittest.TestCase):
    def test_it_learns_as_plain_keras(self):
        model = training_model(optimizer=keras.optimizers.Adam(0.01))
        twin = training_model()
        inputs = keras.Input((4,), name="x")
        functional = keras.Model(inputs, twin.root_graph.predict({"x": inputs})["logits"])
        functional.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        for batch in UNEVEN * 3:
            run(model, "train", [batch])
            functional.train_on_batch(batch[0]["x"], batch[1]["gt"])
        for ours, theirs in zip(model.root_graph.trainable_variables, twin.root_graph.trainable_variables, strict=True):
            np.testing.assert_allclose(ours.numpy(), theirs.numpy(), atol=1e-6)

    def test_eager_and_graph_agree(self):
        logs = [run(training_model(), "train", UNEVEN, eagerly) for eagerly in (False, True)]
        self.assertAlmostEqual(logs[0]["loss"], logs[1]["loss"], places=6)

    def test_regularisers_and_losses_of_layers_are_part_of_the_sum(self):
        class Graph(PartsGraph):
            def __init__(self, params, **kwargs):
                super().__init__(params, **kwargs)
                self.hidden = keras.layers.Dense(5, kernel_regularizer=keras.regularizers.L2(0.1))

            def build_graph(self, inputs, training=None):
                self.add_loss(tf.constant(7.0))
                return super().build_graph(inputs, training)

        model = training_model(graph_cls=Graph)
        kernel = model.root_graph.graph.hidden.kernel.numpy()
        for eagerly in (False, True):
            logs = run(model, "test", UNEVEN, eagerly)
            extra = 7 + 0.1 * float(np.square(kernel).sum())
            self.assertAlmostEqual(logs["loss"], logs["ce"] + extra, places=5)
        before = float(np.square(kernel).sum())
        run(model, "train", UNEVEN * 20)
        self.assertLess(float(np.square(model.root_graph.graph.hidden.kernel.numpy()).sum()), before)

    def test_training_is_a_python_bool_and_dropout_follows(self):
        seen = []

        class Graph(PartsGraph):
            def __init__(self, params, **kwargs):
                super().__init__(params, **kwargs)
                self.dropout = keras.layers.Dropout(0.5)

            def build_graph(self, inputs, training=None):
                seen.append(training)
                # the layer is not told: Keras takes it from the graph around
                return super().build_graph({"x": self.dropout(inputs["x"])})

        model = training_model(graph_cls=Graph)
        data = batches([8])
        self.assertEqual(run(model, "test", data), run(model, "test", data))
        seen.clear()
        self.assertNotEqual(run(model, "train", data)["loss"], run(model, "test", data)["loss"])
        self.assertEqual(seen, [True, False])
        self.assertTrue(all(type(value) is bool for value in seen))

    def test_hooks_see_step_and_epoch(self):
        class Model(PartsModel):
            def _metric(self, inputs, targets, outputs):
                return {"step": targets["step"], "epoch": targets["epoch"], "shape": tf.shape(targets["step"])}

        model = training_model(Model)
        logs = run(model, "test", batches([2, 2, 2]))
        self.assertEqual((logs["step"], logs["epoch"], logs["shape"]), (1.0, 0.0, 2.0))

    def test_hooks_may_change_the_targets(self):
        class Graph(PartsGraph):
            def pre_proc_targets(self, inputs, targets):
                return {**targets, "doubled": targets["once"] * 2}

            def build_train_graph(self, inputs, targets=None, training=None):
                seen = {} if targets is None else {"seen": targets["doubled"]}
                return {**super().build_train_graph(inputs, targets, training), **seen}

        class Model(PartsModel):
            def pre_proc_targets(self, inputs, targets):
                return {**targets, "once": tf.cast(targets["gt"], tf.float32)}

            def post_proc_targets(self, inputs, targets, outputs):
                return {**targets, "again": outputs["seen"]}

            def _metric(self, inputs, targets, outputs):
                return {"doubled": targets["again"], "gt": targets["gt"]}

        logs = run(training_model(Model, Graph), "test", UNEVEN)
        self.assertAlmostEqual(logs["doubled"], 2 * logs["gt"])

    def test_half_precision_outputs_are_float32_for_losses_and_metrics(self):
        dtypes = set()

        for half in ("float16", "bfloat16"):

            class Graph(PartsGraph):
                def build_graph(self, inputs, training=None, half=half):
                    outputs = super().build_graph(inputs)
                    return {**outputs, "logits": tf.cast(outputs["logits"], half)}

            class Model(PartsModel):
                def _loss(self, inputs, targets, outputs):
                    dtypes.add(outputs["logits"].dtype)
                    return super()._loss(inputs, targets, outputs)

            run(training_model(Model, Graph), "train", UNEVEN)
        self.assertEqual(dtypes, {tf.float32})

    def test_mixed_precision_trains_without_casting_targets(self):
        class Model(PartsModel):
            def _metric(self, inputs, targets, outputs):
                return {"max": tf.reduce_max(targets["big"])}

        specs = {"gt": tf.TensorSpec([1], "int32"), "big": tf.TensorSpec([1], "float32")}
        keras.config.set_dtype_policy("mixed_float16")
        try:
            model = training_model(Model, target_specs=specs)
            data = [(x, {**y, "big": np.full([8, 1], 1e6, "float32")}) for x, y in batches([8])]
            logs = run(model, "train", data)
        finally:
            keras.config.set_dtype_policy("float32")
        self.assertEqual(logs["max"], 1e6)
        self.assertIsInstance(model.optimizer, keras.optimizers.LossScaleOptimizer)

    def test_frozen_layers_stay_and_only_the_others_are_built_into_the_optimizer(self):
        model = training_model(setup=False)
        model.setup()
        model.root_graph.graph.hidden.trainable = False
        model.compile(optimizer="adam")
        frozen, free = model.root_graph.graph.hidden.kernel.numpy(), model.root_graph.graph.logits.kernel.numpy()
        run(model, "train", UNEVEN)
        np.testing.assert_array_equal(model.root_graph.graph.hidden.kernel.numpy(), frozen)
        self.assertGreater(np.abs(model.root_graph.graph.logits.kernel.numpy() - free).max(), 0)

    def test_a_model_without_variables_runs(self):
        class Graph(PartsGraph):
            def build_graph(self, inputs, training=None):
                logits = inputs["x"][:, :N_CLASSES]
                return {"logits": logits, "class": tf.argmax(logits, -1)}

        self.assertIn("ce", run(training_model(graph_cls=Graph), "train", UNEVEN))

    def test_initial_weights_are_reproducible(self):
        first, second, other = (training_model(seed=seed) for seed in (3, 3, 4))
        for a, b in zip(first.root_graph.variables, second.root_graph.variables, strict=True):
            np.testing.assert_array_equal(a.numpy(), b.numpy())
        kernels = [model.root_graph.graph.hidden.kernel.numpy() for model in (first, other)]
        self.assertGreater(np.abs(kernels[0] - kernels[1]).max(), 0)

    def test_set_up_changes_no_state(self):
        class Graph(PartsGraph):
            def __init__(self, params, **kwargs):
                super().__init__(params, **kwargs)
                self.norm = keras.layers.BatchNormalization()
                self.dropout = keras.layers.Dropout(0.5, seed=3)

            def build_graph(self, inputs, training=None):
                return super().build_graph({"x": self.dropout(self.norm(inputs["x"]))})

        model = training_model(graph_cls=Graph)
        variables = named_variables(model.root_graph)
        np.testing.assert_array_equal(variables["graph/norm/moving_mean"].numpy(), np.zeros(4))
        np.testing.assert_array_equal(variables["graph/dropout/seed_generator/state"].numpy(), [3, 0])
        self.assertEqual(float(model.model_base.acc.result()), 0)
        run(model, "train", UNEVEN)
        self.assertGreater(np.abs(variables["graph/norm/moving_mean"].numpy()).max(), 0)
        np.testing.assert_array_equal(variables["graph/dropout/seed_generator/state"].numpy(), [3, 3])

    def test_metrics_of_layers_are_updated_once_per_batch(self):
        class Graph(PartsGraph):
            def __init__(self, params, **kwargs):
                super().__init__(params, **kwargs)
                self.internal = keras.metrics.Mean(name="internal")
                self.silent = keras.metrics.Mean(name="never_called")

            def build_graph(self, inputs, training=None):
                self.add_metric(self.internal(inputs["x"]))
                self.add_metric(tf.reduce_mean(inputs["x"], -1), name="plain")
                return super().build_graph(inputs)

        model = training_model(graph_cls=Graph)
        logs = run(model, "test", UNEVEN)
        expected = np.concatenate([inputs["x"] for inputs, _ in UNEVEN]).mean()
        self.assertAlmostEqual(logs["internal"], expected, places=6)
        self.assertAlmostEqual(logs["plain"], expected, places=6)
        self.assertNotIn("never_called", logs)

    def test_recurrent_layers_and_loops(self):
        class Graph(PartsGraph):
            def __init__(self, params, **kwargs):
                super().__init__(params, **kwargs)
                self.rnn = keras.layers.Bidirectional(keras.layers.LSTM(3, return_sequences=True))
                self.gru = keras.layers.GRU(2)

            def build_graph(self, inputs, training=None):
                x = self.gru(self.rnn(inputs["seq"]))
                x = tf.map_fn(lambda row: self.hidden(row[None])[0], x)
                logits = self.logits(x)
                return {"logits": logits, "class": tf.argmax(logits, -1)}

        model = training_model(graph_cls=Graph, input_specs={"seq": tf.TensorSpec([None, 2], "float32")})
        random = np.random.RandomState(0)
        for length in (3, 7):
            data = [({"seq": random.normal(size=(4, length, 2)).astype("float32")}, UNEVEN[0][1] | {})]
            data[0][1]["gt"] = data[0][1]["gt"][:4]
            self.assertTrue(np.isfinite(run(model, "train", data)["loss"]))

    def test_control_flow_on_tensors_in_hooks(self):
        class Graph(PartsGraph):
            def build_graph(self, inputs, training=None):
                x = inputs["x"]
                if tf.reduce_sum(x) > 1e6:
                    x = x * 0
                for _ in tf.range(3):
                    x = x / 2
                return super().build_graph({"x": x * 8})

        class Model(PartsModel):
            def _loss(self, inputs, targets, outputs):
                loss = tf.reduce_mean(outputs["logits"])
                if loss < 0:
                    loss = -loss
                return {"absolute": loss}

        model = training_model(Model, Graph)
        logs = run(model, "test", UNEVEN)
        self.assertGreater(logs["absolute"], 0)
        self.assertEqual(logs["acc"], run(training_model(), "test", UNEVEN)["acc"])
        run(model, "train", UNEVEN)

    def test_a_loss_that_depends_on_nothing_is_an_error(self):
        class Model(PartsModel):
            def _loss(self, inputs, targets, outputs):
                return {"constant": tf.constant(1.0)}

        with self.assertRaisesRegex(Exception, "No loss depends on a trainable variable"):
            run(training_model(Model), "train", UNEVEN)
