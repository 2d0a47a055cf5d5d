# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Two devices compute what one computes."""

import itertools
import json
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from test.conftest import MODEL_1_2, ROOT
from test.trainer.test_trainer import small_params
from tfaip.device.device_config import DeviceConfig, DeviceConfigParams, DistributionStrategy
from tfaip.device.precision import Precision
from tfaip.model.replicas import _part, train_step
from tfaip.trainer.nonfinite.policy import NonFinitePolicy
from tfaip.util.errors import UserError
from waves.scenario import WaveScenario


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("runs")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(MODEL_1_2)]), "TF_CPP_MIN_LOG_LEVEL": "3"}
    program = subprocess.run(
        [sys.executable, "-m", "test.device.two_devices", str(folder)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert program.returncode == 0, program.stderr[-3000:]
    return json.loads(program.stdout.splitlines()[-1])


def assert_same(first: Any, second: Any, tolerance: float = 1e-6) -> None:
    np.testing.assert_allclose(second["weights"], first["weights"], atol=tolerance)
    assert set(first["logs"]) == set(second["logs"])
    for name, value in first["logs"].items():
        assert second["logs"][name] == pytest.approx(value, abs=tolerance), name


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["mirror", "central_storage"])
@pytest.mark.parametrize("case", ["plain", "odd", "eager", "nadam", "muon"])
def test_two_devices_equal_one(results: dict[str, Any], strategy: str, case: str) -> None:
    assert_same(results["default"][case], results[strategy][case])


@pytest.mark.slow
def test_two_devices_compute_with_half_precision(results: dict[str, Any]) -> None:
    for half in (results["mirror"]["half"], results["central_storage"]["half"], results["float16"]):
        assert_same(results["default"]["half"], half, tolerance=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["mirror", "central_storage"])
def test_a_training_on_two_devices_is_resumed_exactly(results: dict[str, Any], strategy: str) -> None:
    assert results[strategy]["whole"] == results[strategy]["resumed"]


@pytest.mark.slow
def test_a_batch_that_is_too_small_for_the_devices_is_a_message(results: dict[str, Any]) -> None:
    assert "A batch cannot be shared by the devices." in results["small_batch"]


@pytest.mark.slow
def test_a_number_that_is_none_on_one_device_is_told_with_its_step(results: dict[str, Any]) -> None:
    assert "step 5 of epoch 1" in results["not_finite"]
    assert "sample 5 has NaN in x" in results["not_finite"]


@pytest.mark.parametrize(("size", "n"), [(8, 2), (7, 2), (5, 3), (3, 3), (10, 4)])
def test_the_parts_of_a_batch_are_all_of_it_and_differ_by_one_sample(size: int, n: int) -> None:
    parts = [tuple(int(end) for end in _part(tf.constant(size, tf.int64), index, n)) for index in range(n)]
    assert parts[0][0] == 0
    assert parts[-1][1] == size
    assert all(first[1] == second[0] for first, second in itertools.pairwise(parts))
    lengths = [end - begin for begin, end in parts]
    assert max(lengths) - min(lengths) <= 1
    assert min(lengths) >= 1


@pytest.mark.parametrize(
    ("strategy", "changes", "message"),
    [
        ("mirror", {"jit_compile": True}, "cannot be compiled with XLA"),
        ("mirror", {"non_finite": NonFinitePolicy.SKIP}, "cannot be skipped"),
        ("central_storage", {"precision": Precision.FLOAT16}, "loss cannot be scaled"),
    ],
)
def test_what_several_devices_cannot_do_is_a_message(strategy: str, changes: dict[str, Any], message: str) -> None:
    params = small_params(**changes)
    params.device.dist_strategy = DistributionStrategy(strategy)
    with pytest.raises(UserError, match=message):
        WaveScenario.create_trainer(params)


def test_texts_are_not_distributed() -> None:
    strategy = SimpleNamespace(num_replicas_in_sync=2)
    specs = {"text": tf.TensorSpec([], tf.string)}
    model = SimpleNamespace(
        distribute_strategy=strategy, input_specs=specs, target_specs={}, train_on_tensors=None, uses_xla=False
    )
    with pytest.raises(UserError, match="Texts cannot be distributed"):
        train_step(model)


def test_a_strategy_needs_several_devices(caplog: pytest.LogCaptureFixture) -> None:
    config = DeviceConfig(DeviceConfigParams(dist_strategy=DistributionStrategy.MIRROR))
    assert config.strategy is tf.distribute.get_strategy()
    assert "There is only one device" in caplog.text
    assert config.describe().startswith("Using the CPU only")


def test_a_strategy_without_a_training_is_told(caplog: pytest.LogCaptureFixture) -> None:
    DeviceConfig(DeviceConfigParams()).use_one_device()
    assert not caplog.text
    DeviceConfig(DeviceConfigParams(dist_strategy=DistributionStrategy.MIRROR)).use_one_device()
    assert "has an effect in trainings only" in caplog.text
