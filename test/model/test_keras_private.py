# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What we use of Keras beyond its public interface is still there and does what we think."""

import inspect
import os
import subprocess
import sys
import threading
import unittest
import unittest.mock

import keras
import numpy as np
import tensorflow as tf

from tfaip.model.keras_private.discardingscope import DiscardingScope
from tfaip.model.keras_private.hookcalls import convert_hook, framework_code
from tfaip.model.keras_private.layers import all_layers
from tfaip.model.keras_private.lossscale import unscaled_losses
from tfaip.model.keras_private.metriccalls import record_metric_calls
from tfaip.model.keras_private.weightnames import named_by_path

REPLICAS = """
import os
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import keras, numpy as np, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from test.model.parts import PartsModel, batches, training_model

class Model(PartsModel):
    def _loss(self, inputs, targets, outputs):
        per_sample = tf.keras.losses.sparse_categorical_crossentropy(targets["gt"], outputs["logits"], from_logits=True)
        return {"keras": self.ce(targets["gt"], outputs["logits"]), "raw": per_sample}

data = batches([8, 12, 6])
def train(strategy, shares):
    with strategy.scope():
        model = training_model(Model, optimizer=keras.optimizers.SGD(0.5))
        model.root_graph.graph.hidden.kernel.regularizer = keras.regularizers.L2(0.1)
    step = tf.function(lambda x, y: strategy.run(model.train_on_tensors, args=(x, y, 0, 0)), reduce_retracing=True)
    for inputs, targets in data:
        n = len(inputs["x"])
        cut = [0, n] if shares is None else [0, n - shares, n]
        def part(array, i):
            return tf.constant(array[cut[i]:cut[i + 1]])
        def values(array):
            if shares is None:
                return tf.constant(array)
            return strategy.experimental_distribute_values_from_function(
                lambda context: part(array, context.replica_id_in_sync_group))
        step({"x": values(inputs["x"])}, {"gt": values(targets["gt"])})
    return [v.numpy() for v in model.trainable_variables], model.epoch_logs()

one, logs_one = train(tf.distribute.get_strategy(), None)
mirrored = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"], tf.distribute.ReductionToOneDevice())
for shares in (4, 2):
    two, logs_two = train(mirrored, shares)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    for name, value in logs_one.items():
        np.testing.assert_allclose(value, logs_two[name], rtol=1e-5, err_msg=name)
print("equal")
"""


class TestMetricCalls(unittest.TestCase):
    def test_called_metrics_are_recorded_with_their_results(self):
        first, second = keras.metrics.Mean(name="a"), keras.metrics.SparseCategoricalAccuracy()
        with record_metric_calls() as calls:
            results = [first(tf.constant(1.0)), second(tf.constant([1]), tf.constant([[0.0, 1.0]]))]
        first(tf.constant(1.0))
        self.assertEqual([call.metric for call in calls], [first, second])
        for call, result in zip(calls, results, strict=True):
            self.assertIs(call.result, result)

    def test_in_a_graph_and_in_nested_blocks(self):
        metric = keras.metrics.Mean()
        found = []

        @tf.function
        def step():
            with record_metric_calls() as outer:
                metric(1.0)
                with record_metric_calls() as inner:
                    metric(2.0)
            found.append((len(outer), len(inner)))

        step()
        step()
        self.assertEqual(found, [(1, 1)])
        self.assertEqual(float(metric.total), 6)

    def test_metrics_called_by_metrics_are_not_recorded(self):
        class Outer(keras.metrics.Mean):
            def __init__(self):
                super().__init__()
                self.inner = keras.metrics.Mean()

            def update_state(self, values, sample_weight=None):
                super().update_state(self.inner(values))

        outer = Outer()
        with record_metric_calls() as calls:
            outer(1.0)
        self.assertEqual([call.metric for call in calls], [outer])

    def test_threads_do_not_see_each_other(self):
        metric = keras.metrics.Mean()
        with record_metric_calls() as calls:
            thread = threading.Thread(target=metric, args=(1.0,))
            thread.start()
            thread.join()
        self.assertEqual(calls, [])

    def test_errors_leave_no_trace(self):
        metric = keras.metrics.Mean()
        with self.assertRaises(TypeError):
            metric(1.0, no_such_argument=1)
        with record_metric_calls() as calls:
            metric(1.0)
        self.assertEqual(len(calls), 1)


class TestLossScale(unittest.TestCase):
    def test_keras_scales_by_the_number_of_replicas_unless_told_not_to(self):
        from keras.src.losses import loss

        self.assertIn("scale_loss_for_distribution(", inspect.getsource(loss.reduce_values))
        strategy = tf.distribute.get_strategy()
        patched = unittest.mock.patch.object(type(strategy), "num_replicas_in_sync", 4)
        ones = tf.ones([2, 3])
        with patched:
            mean_squared = keras.losses.MeanSquaredError()
            self.assertEqual(float(mean_squared(ones, ones * 3)), 1.0)
            with unscaled_losses():
                self.assertEqual(float(mean_squared(ones, ones * 3)), 4.0)
            self.assertEqual(float(mean_squared(ones, ones * 3)), 1.0)

    def test_two_replicas_train_as_one(self):
        # several devices must be set up before TensorFlow starts, hence the new process
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(p or os.getcwd() for p in sys.path)}
        result = subprocess.run([sys.executable, "-c", REPLICAS], env=env, capture_output=True, text=True, check=False)
        self.assertEqual(result.stdout.strip().rpartition("\n")[2], "equal", result.stderr[-3000:])


class TestHookCalls(unittest.TestCase):
    def test_python_control_flow_is_converted_in_graphs_only(self):
        def hook(x):
            if tf.reduce_sum(x) > 0:
                x = -x
            return x

        self.assertIs(convert_hook(hook), hook)

        def step(x):
            return convert_hook(hook)(x)

        self.assertEqual(tf.function(framework_code(step))(tf.ones([2])).numpy().tolist(), [-1, -1])
        with self.assertRaises(TypeError):
            tf.function(framework_code(hook))(tf.ones([2]))
        with tf.Graph().as_default(), self.assertRaises(TypeError):
            hook(tf.compat.v1.placeholder(tf.float32, [2]))
        with tf.Graph().as_default():
            self.assertEqual(convert_hook(hook)(tf.compat.v1.placeholder(tf.float32, [2])).shape, (2,))


class TestLayers(unittest.TestCase):
    def test_layers_at_any_depth(self):
        dense = keras.layers.Dense(1)
        inner = keras.Sequential([dense])
        outer = keras.Sequential([inner])
        self.assertEqual(all_layers(outer), [outer, inner, dense])


class TestDiscardingScope(unittest.TestCase):
    def test_assignments_are_dropped_also_for_reads_inside(self):
        variable = keras.Variable(1.0)
        with DiscardingScope():
            variable.assign(5.0)
            self.assertEqual(float(variable.value), 1)
            created = keras.Variable(lambda shape, dtype: tf.ones(shape, dtype), shape=(2,))
        self.assertEqual((float(variable.value), created.numpy().tolist()), (1, [1, 1]))

    def test_keras_own_scope_would_not_do(self):
        variable = keras.Variable(1.0)
        with keras.StatelessScope():
            variable.assign(5.0)
            self.assertEqual(float(variable.value), 5)


class TestScratchGraph(unittest.TestCase):
    def test_layers_get_real_tensors_and_variables_keep_their_values(self):
        class Layer(keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.counter = self.add_weight(shape=(), initializer="zeros")

            def call(self, inputs):
                self.counter.assign_add(1)
                tensors.append(inputs)
                return inputs

        tensors = []
        layer = Layer()
        layer.compute_output_spec(keras.KerasTensor((None, 3)))
        self.assertIsInstance(tensors[0], tf.Tensor)
        self.assertNotIsInstance(tensors[0], keras.KerasTensor)
        self.assertEqual(tensors[0].shape.as_list(), [None, 3])
        np.testing.assert_array_equal(layer.counter.numpy(), 0)


def test_names_of_weights_tell_their_layers_for_a_while() -> None:
    layer = keras.layers.Dense(2, name="logits")
    layer.build([None, 3])
    with named_by_path(layer.weights):
        assert [weight.name for weight in layer.weights] == ["logits/kernel", "logits/bias"]
    assert [weight.name for weight in layer.weights] == ["kernel", "bias"]


def test_a_mean_takes_values_of_unknown_rank_with_a_weight_for_each_sample() -> None:
    metrics = [keras.metrics.Mean(), keras.metrics.Mean()]

    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32), tf.TensorSpec([None], tf.float32)])
    def update(values: tf.Tensor, weights: tf.Tensor) -> None:
        metrics[0](values)
        metrics[1](values, sample_weight=weights)

    for shape in ([2], [2, 3]):
        for metric in metrics:
            metric.reset_state()
        values = np.arange(np.prod(shape), dtype="float32").reshape(shape)
        update(values, np.array([1, 3], "float32"))
        rows = values.reshape(2, -1).mean(axis=1)
        np.testing.assert_allclose([metric.result() for metric in metrics], [values.mean(), (rows * [1, 3]).sum() / 4])
