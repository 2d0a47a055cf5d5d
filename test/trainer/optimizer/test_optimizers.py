# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The optimizers compute what their papers and tfaip 1.2 say, at the parameters of the contract."""

import unittest

import keras
import numpy as np
import tensorflow as tf

from tfaip.trainer import optimizer as o
from tfaip.trainer.callbacks.ema_callback import EMACallback
from tfaip.trainer.optimizer.gradient_accumulation_optimizer import create_gradient_accumulation_optimizer
from tfaip.trainer.optimizer.weights_moving_average import WeightsMovingAverage
from tfaip.trainer.scheduler import Constant, ExponentialDecayParams
from tfaip.util.errors import UserValueError

START = np.array([[1.0, -2.0], [0.5, 3.0]])
GRADIENTS = [np.random.RandomState(i).normal(size=(2, 2)) for i in range(8)]


def run(params, lr=0.01, gradients=GRADIENTS, name="kernel", in_graph=False):
    """Return the variable after each step."""
    cls, kwargs = params.create()
    variable = keras.Variable(START, dtype="float32", name=name)
    optimizer = cls(learning_rate=lr, **kwargs)
    optimizer.build([variable])

    def step(gradient):
        optimizer.apply_gradients([(gradient, variable)])

    step = tf.function(step) if in_graph else step
    values = []
    for gradient in gradients:
        step(tf.constant(gradient, tf.float32))
        values.append(variable.numpy())
    return np.array(values)


def adam_updates(gradients, lr, b1=0.9, b2=0.999, eps=1e-7):
    m, v = 0.0, 0.0
    for t, g in enumerate(gradients, 1):
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        yield lr * np.sqrt(1 - b2**t) / (1 - b1**t) * m / (np.sqrt(v) + eps)


class TestContract(unittest.TestCase):
    def test_fields_and_defaults(self):
        clip = {"clip_norm": None, "clip_value": None, "global_clip_norm": None}
        adam = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "weight_decay": 0.0}
        expected = {
            "Adam": adam,
            "Adamax": adam,
            "RMSprop": {"momentum": 0.0, "epsilon": 1e-7, "rho": 0.9, "centered": False},
            "SGD": {"momentum": 0.0, "nesterov": False, "weight_decay": 0.0},
            "AdaBelief": {
                **adam,
                "epsilon": 1e-14,
                "rectify": True,
                "amsgrad": False,
                "sma_threshold": 5.0,
                "total_steps": 0,
                "warmup_proportion": 0.1,
                "min_lr": 0.0,
            },
            "LAMB": {
                **adam,
                "epsilon": 1e-6,
                "exclude_from_weight_decay": None,
                "exclude_from_layer_adaptation": None,
            },
        }
        for cls in o.DEFAULT_OPTIMIZERS[:6]:
            fields = cls().to_dict(include_cls=False)
            self.assertEqual(fields, {**clip, **expected.pop(cls.__alt_name__)}, cls)
        self.assertFalse(expected)

    def test_all_create_and_train(self):
        for cls in o.DEFAULT_OPTIMIZERS:
            with self.subTest(cls.__name__):
                values = run(cls(), in_graph=True)
                self.assertTrue(np.isfinite(values).all())
                self.assertGreater(np.abs(values[-1] - START).max(), 0)

    def test_clipping_reaches_the_keras_optimizer(self):
        for cls in o.DEFAULT_OPTIMIZERS:
            optimizer_cls, kwargs = cls(clip_norm=2).create()
            self.assertEqual(optimizer_cls(learning_rate=0.1, **kwargs).clipnorm, 2)
        self.assertEqual(o.SGDOptimizer(clip_value=0.5).create()[1]["clipvalue"], 0.5)
        self.assertEqual(o.SGDOptimizer(global_clip_norm=5).create()[1]["global_clipnorm"], 5)
        self.assertNotIn("global_clipnorm", o.SGDOptimizer(global_clip_norm=0).create()[1])
        moved = START - run(o.SGDOptimizer(global_clip_norm=1), lr=1.0, gradients=[GRADIENTS[0] * 100])[0]
        self.assertAlmostEqual(float(np.linalg.norm(moved)), 1.0, places=5)

    def test_wrong_clipping_is_explained(self):
        for params in (o.AdamOptimizer(clip_norm=1, clip_value=1), o.AdamOptimizer(clip_norm=-1)):
            with self.assertRaises(UserValueError):
                params.create()
        with self.assertRaises(UserValueError):
            o.AdamOptimizer(weight_decay=-1).create()


class TestWrappers(unittest.TestCase):
    """The names of the contract for training loops of one's own."""

    def apply(self, optimizer, gradients=GRADIENTS):
        variable = keras.Variable(START, dtype="float32", name="kernel")
        optimizer.build([variable])
        for gradient in gradients:
            optimizer.apply_gradients([(tf.constant(gradient, tf.float32), variable)])
        return variable

    def test_the_mean_of_several_calls_is_applied(self):
        plain = create_gradient_accumulation_optimizer(1, keras.optimizers.SGD, {"learning_rate": 0.5})
        self.assertIsNone(plain.gradient_accumulation_steps)
        for params in (o.AdamOptimizer(weight_decay=0.1), o.SGDOptimizer(clip_norm=0.1)):
            cls, kwargs = params.create()
            kwargs["learning_rate"] = 0.1
            means = [np.mean(GRADIENTS[i : i + 4], axis=0) for i in (0, 4)]
            accumulated = self.apply(create_gradient_accumulation_optimizer(4, cls, kwargs))
            np.testing.assert_allclose(accumulated.numpy(), self.apply(cls(**kwargs), means).numpy(), rtol=1e-6)

    def test_an_optimizer_can_average_the_weights(self):
        average, values = START, run(o.AdamOptimizer(), lr=0.1)
        for value in values:
            average = 0.8 * average + 0.2 * value
        optimizer = WeightsMovingAverage(average_decay=0.8, optimizer=keras.optimizers.Adam(0.1))
        variable = self.apply(optimizer)
        np.testing.assert_allclose(variable.numpy(), values[-1], rtol=1e-6)
        for _ in range(2):  # the second time it does nothing
            optimizer.to_avg([variable])
            np.testing.assert_allclose(variable.numpy(), average, rtol=1e-5)
        optimizer.to_model([variable])
        np.testing.assert_allclose(variable.numpy(), values[-1], rtol=1e-6)
        self.assertEqual(int(optimizer.iterations), len(GRADIENTS))
        self.assertEqual(len(optimizer.variables), 2 + 2 + 1)
        optimizer.learning_rate = 0.5
        self.assertEqual(float(optimizer.inner_optimizer.learning_rate), 0.5)
        again = WeightsMovingAverage.from_config(optimizer.get_config())
        self.assertEqual((again.average_decay, type(again.inner_optimizer)), (0.8, keras.optimizers.Adam))

    def test_a_model_can_be_compiled_with_it(self):
        model = keras.Sequential([keras.Input([2]), keras.layers.Dense(1)])
        optimizer = WeightsMovingAverage(average_decay=0.5, optimizer="sgd")
        model.compile(optimizer=optimizer, loss="mse")
        callback = EMACallback(optimizer)
        model.fit(np.ones((8, 2)), np.ones((8, 1)), batch_size=4, verbose=0, callbacks=[callback])
        averaged = model.get_weights()[0]
        optimizer.to_model(model.trainable_variables)
        self.assertFalse(np.array_equal(model.get_weights()[0], averaged))

    def test_mistakes_are_explained(self):
        for kwargs in ({"average_decay": 1.0, "optimizer": "sgd"}, {"average_decay": 0.9}):
            with self.assertRaises(UserValueError):
                WeightsMovingAverage(**kwargs)


class TestDecoupledWeightDecay(unittest.TestCase):
    def test_adam_decays_with_the_course_of_the_schedule(self):
        rates = [0.1 * 0.5 ** (i // 2) for i in range(8)]
        params = ExponentialDecayParams(lr=0.1, lr_decay_rate=0.5, learning_circle=1, epochs=4, steps_per_epoch=2)
        expected, p = [], START
        for update, rate in zip(adam_updates(GRADIENTS, 1.0), rates, strict=True):
            p = p - 0.01 * rate / 0.1 * p - rate * update
            expected.append(p)
        for in_graph in (False, True):
            actual = run(o.AdamOptimizer(weight_decay=0.01), lr=params.create(), in_graph=in_graph)
            np.testing.assert_allclose(actual, expected, rtol=3e-5)  # keras corrects in single precision

    def test_the_decay_does_not_depend_on_the_size_of_the_rate(self):
        zeros = [np.zeros((2, 2))] * 3
        for params in (o.AdamOptimizer(weight_decay=0.1), o.AdamaxOptimizer(weight_decay=0.1)):
            for lr in (1e-3, 1.0):
                np.testing.assert_allclose(run(params, lr=lr, gradients=zeros)[-1], START * 0.9**3, rtol=1e-6)

    def test_sgd_decays_outside_of_the_momentum(self):
        p, m = START, np.zeros_like(START)
        expected = []
        for g in GRADIENTS:
            p = p - 0.2 * p
            m = 0.9 * m - 0.1 * g
            p = p + m
            expected.append(p)
        np.testing.assert_allclose(run(o.SGDOptimizer(weight_decay=0.2, momentum=0.9), lr=0.1), expected, rtol=5e-6)

    def test_a_base_rate_of_zero_changes_nothing(self):
        schedule = Constant(lr=0.0, epochs=1, steps_per_epoch=8).create()
        np.testing.assert_array_equal(run(o.AdamOptimizer(weight_decay=0.2), lr=schedule)[-1], START)

    def test_no_decay_is_plain_keras(self):
        self.assertIs(o.AdamOptimizer().create()[0], keras.optimizers.Adam)
        self.assertIs(o.SGDOptimizer().create()[0], keras.optimizers.SGD)


class TestAdaBelief(unittest.TestCase):
    def reference(self, lr=0.01, b1=0.9, b2=0.999, eps=1e-14, decay=0.0, rectify=True, amsgrad=False, threshold=5.0):
        p, m, v, v_max = START, 0.0, 0.0, 0.0
        longest = 2 / (1 - b2) - 1
        for t, g in enumerate(GRADIENTS, 1):
            m = b1 * m + (1 - b1) * g
            v = b2 * v + (1 - b2) * (g - m) ** 2 + eps
            v_max = np.maximum(v_max, v)
            m_hat = m / (1 - b1**t)
            step = m_hat / (np.sqrt((v_max if amsgrad else v) / (1 - b2**t)) + eps)
            if rectify:
                n = longest - 2 * t * b2**t / (1 - b2**t)
                factor = (n - 4) * (n - 2) * longest / ((longest - 4) * (longest - 2) * n)
                step = np.sqrt(factor) * step if n >= threshold else m_hat
            p = p - lr * (step + decay * p)
            yield p

    def test_agrees_with_the_papers(self):
        for name, params, kwargs in (
            ("rectified", {}, {}),
            ("plain", {"rectify": False}, {"rectify": False}),
            ("amsgrad", {"amsgrad": True, "rectify": False}, {"amsgrad": True, "rectify": False}),
            ("decay", {"weight_decay": 0.1}, {"decay": 0.1}),
        ):
            for in_graph in (False, True):
                with self.subTest(name, in_graph=in_graph):
                    actual = run(o.AdaBeliefOptimizer(**params), in_graph=in_graph)
                    np.testing.assert_allclose(actual, list(self.reference(**kwargs)), rtol=3e-6)

    def test_own_schedule_warms_up_and_falls(self):
        params = o.AdaBeliefOptimizer(total_steps=8, warmup_proportion=0.5, min_lr=0.0)
        values = run(params, lr=1.0, gradients=[np.ones((2, 2))] * 10)
        sizes = -np.diff(np.concatenate([START[None], values]), axis=0)[:, 0, 0]
        # Without variance of the gradient, the first rectified steps are plain momentum steps of size lr.
        np.testing.assert_allclose(sizes[:4], [0.25, 0.5, 0.75, 1.0], rtol=1e-5)
        np.testing.assert_allclose(sizes[8:], 0, atol=1e-7)


class TestLAMB(unittest.TestCase):
    def reference(self, decay=0.0, adapt=True, lr=0.01, eps=1e-6):
        p, m, v = START, 0.0, 0.0
        for t, g in enumerate(GRADIENTS, 1):
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            update = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + eps) + decay * p
            p = p - lr * update * (np.linalg.norm(p) / np.linalg.norm(update) if adapt else 1.0)
            yield p

    def test_agrees_with_the_paper(self):
        for in_graph in (False, True):
            actual = run(o.LAMBOptimizer(weight_decay=0.1), in_graph=in_graph)
            np.testing.assert_allclose(actual, list(self.reference(0.1)), rtol=2e-6)

    def test_without_decay_it_is_keras_lamb(self):
        variable = keras.Variable(START, dtype="float32")
        optimizer = keras.optimizers.Lamb(0.01, epsilon=1e-6)
        for gradient in GRADIENTS:
            optimizer.apply_gradients([(tf.constant(gradient, tf.float32), variable)])
        np.testing.assert_allclose(run(o.LAMBOptimizer())[-1], variable.numpy(), rtol=3e-5)

    def test_variables_can_be_left_out(self):
        params = o.LAMBOptimizer(weight_decay=0.1, exclude_from_weight_decay=["bias"])
        np.testing.assert_allclose(run(params, name="bias"), list(self.reference(0.0, adapt=False)), rtol=2e-6)
        np.testing.assert_allclose(run(params), list(self.reference(0.1)), rtol=2e-6)
        params.exclude_from_layer_adaptation = []
        np.testing.assert_allclose(run(params, name="bias"), list(self.reference(0.0)), rtol=2e-6)
