# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The test helpers that scenarios use pass for a scenario that works, and fail for one that does not."""

import itertools
import sys
import unittest
from unittest import mock

import pytest

from tfaip.util.testing.setup import setup_test_init
from tfaip.util.testing.training import (
    AdditionalTrainerArgs,
    lav_test_case,
    resume_training,
    single_train_iter,
    warmstart_training_test_case,
)
from tfaip.util.testing.workdir import call_in_root
from waves.scenario import WaveEvaluator, WaveScenario


class TestWaves(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        setup_test_init()

    def test_single_train_iter(self) -> None:
        single_train_iter(self, WaveScenario)

    def test_single_train_iter_with_preloaded_data(self) -> None:
        single_train_iter(self, WaveScenario, args=AdditionalTrainerArgs(preload_data=True))

    def test_resume_training(self) -> None:
        resume_training(self, WaveScenario)

    def test_lav(self) -> None:
        lav_test_case(self, WaveScenario)

    def test_warmstart(self) -> None:
        warmstart_training_test_case(self, WaveScenario)

    def test_difference_between_batch_sizes_is_found(self) -> None:
        values = itertools.count()
        with mock.patch.object(WaveEvaluator, "result", lambda evaluator: {"eval_acc": float(next(values))}):
            with self.assertRaises(AssertionError):
                lav_test_case(self, WaveScenario)


def test_programs_run_in_the_root_of_the_repository() -> None:
    assert call_in_root([sys.executable, "-c", "import tfaip"]) == 0
    with pytest.raises(Exception, match="non-zero"):
        call_in_root([sys.executable, "-c", "raise SystemExit(1)"])
