# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The learning rates follow the formulas of tfaip 1.2, with its defects mended."""

import subprocess
import sys
import unittest
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from benchmarks.plot_schedules import picture
from tfaip.trainer import scheduler as s
from tfaip.trainer.optimizer import SGDOptimizer
from tfaip.trainer.optimizersetup import create_optimizer
from tfaip.trainer.scheduler.schedule_weightdecay import WeightDecaySchedule
from tfaip.util.errors import UserValueError

STEPS = [0, 5, 10, 25, 30, 50, 100, 150, 160, 190, 199, 200]
EXP = {"lr_decay_rate": 0.5}
COSINE = {**EXP, "final_epochs": 5}
WARMUP = {**COSINE, "warmup_epochs": 4}
# fmt: off
REFERENCE = [
    (s.ExponentialDecayParams, EXP,
     [.1, .1, .1, .1, .05, .05, .0125, .003125, .003125, .0015625, .0015625, .0015625]),
    (s.CosineDecayParams, COSINE,
     [.1, .1, .1, .1, .05, .05, .0125, .003125, .00285643, .00029054, .00029054, .00015625]),
    (s.WarmupCosineDecayParams, WARMUP,
     [.01, .01, .0325, .055, .0775, .1, .025, .0125, .00571286, .00058107, .00058107, .0003125]),
    (s.WarmupConstantCosineDecayParams, {**WARMUP, "constant_epochs": 3},
     [.01, .01, .0325, .055, .0775, .1, .05, .025, .01142572, .00116214, .00116214, .000625]),
    (s.WarmupDecayParams, {"warmup_epochs": 4},
     [.0025, .0025, .0275, .0525, .0775, .08856149, .06293168, .0514685, .04984448, .04576288, .04576288, .04460998]),
    (s.Constant, {}, [.1] * 12),
]
# fmt: on


def create(cls, lr=0.1, epochs=20, steps_per_epoch=10, **kwargs):
    return cls(lr=lr, epochs=epochs, steps_per_epoch=steps_per_epoch, **kwargs).create()


class TestSchedules(unittest.TestCase):
    def test_reference_values_of_tfaip_1_2(self):
        for cls, kwargs, expected in REFERENCE:
            schedule = create(cls, **kwargs)
            in_graph = tf.function(schedule)
            with self.subTest(cls.__name__):
                np.testing.assert_allclose([float(schedule(step)) for step in STEPS], expected, rtol=2e-6, atol=5e-9)
                for step in STEPS:
                    self.assertEqual(float(in_graph(tf.constant(step, tf.int64))), float(schedule(step)))

    def test_decay_min_fraction_bounds_the_decay_of_all_decaying_schedules(self):
        for cls in (s.CosineDecayParams, s.WarmupCosineDecayParams, s.WarmupConstantCosineDecayParams):
            schedule = create(cls, epochs=100, lr_decay_rate=0.5, decay_min_fraction=0.3, final_epochs=5)
            with self.subTest(cls.__name__):
                self.assertAlmostEqual(float(schedule(950)), 0.03, places=7)
                self.assertAlmostEqual(float(schedule(1000)), 0.03 * 0.1, places=7)
        self.assertAlmostEqual(float(create(s.ExponentialDecayParams, decay_min_fraction=0.95)(199)), 0.095, places=7)

    def test_decay_min_fraction_does_not_lift_the_warm_up(self):
        schedule = create(s.WarmupCosineDecayParams, decay_min_fraction=0.5, **WARMUP)
        self.assertAlmostEqual(float(schedule(0)), 0.01, places=7)

    def test_a_cool_down_longer_than_the_run_starts_with_the_full_rate_and_ends_with_alpha(self):
        schedule = create(s.CosineDecayParams, lr_decay_rate=1.0, final_epochs=50)
        self.assertAlmostEqual(float(schedule(0)), 0.1, places=7)
        self.assertAlmostEqual(float(schedule(100)), 0.055, places=6)
        self.assertAlmostEqual(float(schedule(200)), 0.01, places=7)

    def test_no_cool_down_and_no_warm_up(self):
        schedule = create(s.WarmupCosineDecayParams, lr_decay_rate=1.0, final_epochs=0, warmup_epochs=0)
        self.assertEqual({float(schedule(step)) for step in STEPS}, {float(np.float32(0.1))})

    def test_without_step_function_the_rate_changes_within_an_epoch(self):
        schedule = create(s.WarmupCosineDecayParams, step_function=False, **WARMUP)
        self.assertAlmostEqual(float(schedule(5)), 0.01 + 0.09 * 0.5 / 4, places=7)

    def test_offset_epochs_delay_the_schedule(self):
        plain, late = (create(s.ExponentialDecayParams, lr_decay_rate=0.5, offset_epochs=n) for n in (0, 4))
        for step in STEPS[:-2]:
            self.assertEqual(float(late(step + 40)), float(plain(step)))
        self.assertEqual(float(late(20)), float(plain(0)))

    def test_warmup_steps_are_the_same_as_warmup_epochs(self):
        by_steps, by_epochs = create(s.WarmupDecayParams, warmup_steps=40), create(s.WarmupDecayParams, warmup_epochs=4)
        self.assertEqual([float(by_steps(i)) for i in STEPS], [float(by_epochs(i)) for i in STEPS])

    def test_missing_lengths_are_named(self):
        for make in (
            lambda: s.Constant().create(),
            lambda: s.Constant(epochs=1).create(),
            lambda: s.Constant(epochs=0, steps_per_epoch=1).create(),
            lambda: create(s.WarmupDecayParams),
            lambda: create(s.WarmupDecayParams, warmup_epochs=1, warmup_steps=1),
        ):
            with self.assertRaises(UserValueError):
                make()

    def test_config_round_trip(self):
        schedule = create(s.CosineDecayParams, **COSINE)
        again = type(schedule).from_config(schedule.get_config())
        self.assertEqual(again.params, schedule.params)

    def test_the_weight_decay_follows_the_course_of_the_rate(self):
        decay = WeightDecaySchedule(0.5, create(s.CosineDecayParams, **COSINE))
        self.assertAlmostEqual(float(decay(0)), 0.5, places=7)
        self.assertAlmostEqual(float(decay(100)), 0.5 * 0.0125 / 0.1, places=7)
        self.assertEqual(float(WeightDecaySchedule(0.5, create(s.Constant, lr=0.0))(3)), 0.0)

    def test_parameters_do_not_import_tensorflow(self):
        code = (
            "import sys, tfaip.trainer.scheduler, tfaip.trainer.optimizer, tfaip.model.modelbaseparams\n"
            "import tfaip.trainer.optimizer.gradient_accumulation_optimizer\n"
            "sys.exit(any(m in sys.modules for m in ('tensorflow', 'keras')))"
        )
        self.assertEqual(subprocess.run([sys.executable, "-c", code], check=False).returncode, 0)


class TestComposed(unittest.TestCase):
    def test_pieces(self):
        schedule = create(s.PiecewiseConstantParams, boundaries=[2, 5], factors=[0.5, 2.0])
        self.assertEqual(
            [round(float(schedule(step)), 7) for step in (0, 19, 20, 49, 50, 199)], [0.1, 0.1, 0.05, 0.05, 0.2, 0.2]
        )

    def test_a_warm_up_of_any_schedule_rises_at_every_step_and_leaves_its_epochs_alone(self):
        inner = {"lr_decay_rate": 0.5, "learning_circle": 1, "final_epochs": 5}
        plain = create(s.CosineDecayParams, **inner)
        for length in ({"warmup_epochs": 4}, {"warmup_steps": 40}):
            warm = create(s.WarmupParams, schedule=s.CosineDecayParams(**inner), **length)
            for step in range(0, 40, 3):
                factor = (1 + 9 * step / 40) / 10
                self.assertAlmostEqual(float(warm(step)), float(plain(step)) * factor, places=7)
            for step in (40, 55, 160, 199):
                self.assertEqual(float(warm(step)), float(plain(step)))
        self.assertEqual(float(create(s.WarmupParams, warmup_epochs=0)(0)), float(np.float32(0.1)))
        self.assertAlmostEqual(float(create(s.WarmupParams, warmup_factor=4.0)(0)), 0.025, places=7)

    def test_a_warm_up_starts_later_with_its_schedule(self):
        late = create(s.WarmupParams, warmup_epochs=2, offset_epochs=3)
        self.assertEqual([round(float(late(step)), 7) for step in (0, 30, 40, 50)], [0.01, 0.01, 0.055, 0.1])

    def test_parts_follow_each_other_and_begin_anew(self):
        parts = [s.Constant(lr=0.1), s.ExponentialDecayParams(lr=0.4, lr_decay_rate=0.5, learning_circle=1)]
        parts.append(s.CosineDecayParams(lr=0.01, lr_decay_rate=1.0, final_epochs=10))
        schedule = create(s.ChainedParams, lr=2.0, parts=parts, lengths=[4, 6])
        expected = [0.2, 0.2, 0.8, 0.4, 0.8 * 0.5**5, 0.02, 0.011]
        found = [float(schedule(step)) for step in (0, 39, 40, 50, 99, 100, 150)]
        np.testing.assert_allclose(found, expected, rtol=1e-4)
        self.assertEqual(schedule.base_lr, 0.2)
        self.assertAlmostEqual(float(WeightDecaySchedule(0.5, schedule)(40)), 2.0, places=6)

    def test_they_work_in_a_graph_and_as_configuration(self):
        chain = create(s.ChainedParams, lr=1.0, parts=[s.Constant(), s.CosineDecayParams()], lengths=[4])
        for schedule in (chain, create(s.WarmupParams, schedule=s.ExponentialDecayParams())):
            again = type(schedule).from_config(schedule.get_config())
            self.assertEqual(again.params, schedule.params)
            in_graph = tf.function(schedule)
            for step in STEPS:
                self.assertEqual(float(in_graph(tf.constant(step, tf.int64))), float(again(step)))

    def test_mistakes_are_explained(self):
        for cls, kwargs in (
            (s.PiecewiseConstantParams, {"boundaries": [1]}),
            (s.PiecewiseConstantParams, {"boundaries": [3, 2], "factors": [1.0, 1.0]}),
            (s.WarmupParams, {"schedule": s.Constant(lr=0.5)}),
            (s.ChainedParams, {}),
            (s.ChainedParams, {"parts": [s.Constant()], "lengths": [1]}),
            (s.ChainedParams, {"parts": [s.Constant(), s.Constant()], "lengths": [0]}),
        ):
            with self.assertRaises(UserValueError):
                create(cls, **kwargs)

    @pytest.mark.slow
    def test_the_picture_in_the_manual_shows_the_schedules(self):
        stored = (Path(__file__).parents[3] / "docs" / "images" / "schedules.svg").read_text(encoding="utf-8")
        self.assertEqual(stored, picture())


@pytest.mark.parametrize("step_function", [True, False])
def test_schedule_goes_on_at_the_epoch_when_the_length_of_epochs_changes(step_function: bool) -> None:
    params = s.ExponentialDecayParams(lr=1.0, learning_circle=1, lr_decay_rate=0.5, step_function=step_function)
    params.epochs, params.steps_per_epoch = 9, 5
    schedule = params.create()
    schedule.go_on_from(step=30, epoch=3)
    assert float(schedule(30)) == pytest.approx(0.5**3)
    assert float(schedule(35)) == pytest.approx(0.5**4)


def test_trainer_tells_the_schedule_where_a_run_goes_on() -> None:
    params = s.ExponentialDecayParams(lr=1.0, learning_circle=1, lr_decay_rate=0.5)
    params.epochs, params.steps_per_epoch = 9, 5
    for start, expected in (((0, 0), 0.5**6), ((30, 6), 0.5**6), ((30, 3), 0.5**3)):
        optimizer = create_optimizer(SGDOptimizer(), params, start=start)
        optimizer.iterations.assign(30)
        assert float(optimizer.learning_rate) == pytest.approx(expected)
