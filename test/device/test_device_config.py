# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Devices: none unless asked for, a message when one is missing, set-up twice in a process."""

import os
import subprocess
import sys

import pytest

from tfaip.device.device_config import (
    DeviceConfig,
    DeviceConfigParams,
    default_gpus,
    distribute_strategy,
)
from tfaip.util.errors import UserError


class FakeTfConfig:
    """What TensorFlow would know on a machine with two GPUs."""

    def __init__(self, n_gpus: int, initialized: bool = False):
        self.gpus = [f"GPU:{i}" for i in range(n_gpus)]
        self.visible = list(self.gpus)
        self.initialized = initialized
        self.limits: dict = {}

    def set_soft_device_placement(self, value):
        self.soft = value

    def list_physical_devices(self, kind):
        return list(self.gpus)

    def get_visible_devices(self, kind):
        return list(self.visible)

    def set_visible_devices(self, devices, kind):
        if self.initialized:
            raise RuntimeError("Visible devices cannot be modified after being initialized")
        self.visible = list(devices)

    def LogicalDeviceConfiguration(self, memory_limit):
        return memory_limit

    def set_logical_device_configuration(self, device, limit):
        self.limits[device] = limit


@pytest.fixture
def two_gpus(monkeypatch):
    import tensorflow as tf

    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("TF_CUDNN_USE_AUTOTUNE", "unset")
    fake = FakeTfConfig(2)
    monkeypatch.setattr(tf, "config", fake)
    return fake


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, None), ("", []), ("-1", []), ("0", [0]), ("2,3", [0, 1]), ("GPU-8932f937", [0]), ("1,-1,2", [0])],
)
def test_cuda_visible_devices_counts_as_asking(monkeypatch, value, expected):
    if value is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", value)
    assert default_gpus() == expected


def test_no_gpu_is_used_unless_asked_for_and_the_line_for_the_log_names_the_flag(two_gpus):
    config = DeviceConfig(DeviceConfigParams())
    assert config.gpus == []
    assert two_gpus.visible == []
    assert "--device.gpus" in config.describe()


def test_the_gpus_of_the_flag_are_used_and_limited(two_gpus):
    config = DeviceConfig(DeviceConfigParams(gpus=[1], gpu_memory=512, gpu_auto_tune=True, soft_device_placement=False))
    assert config.gpus == [1]
    assert two_gpus.visible == ["GPU:1"]
    assert two_gpus.limits == {"GPU:1": [512]}
    assert two_gpus.soft is False
    assert os.environ["TF_CUDNN_USE_AUTOTUNE"] == "1"
    assert "1" in config.describe()


def test_the_gpus_of_the_environment_are_used(two_gpus, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5")
    assert DeviceConfig(DeviceConfigParams()).gpus == [0, 1]
    assert two_gpus.visible == ["GPU:0", "GPU:1"]


def test_the_flag_wins_over_the_environment(two_gpus, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5")
    assert DeviceConfig(DeviceConfigParams(gpus=[])).gpus == []
    assert two_gpus.visible == []


def test_not_asking_keeps_the_devices_of_a_running_tensorflow_and_asking_for_others_is_an_error(two_gpus):
    DeviceConfig(DeviceConfigParams(gpus=[0]))
    two_gpus.initialized = True
    assert DeviceConfig(DeviceConfigParams(gpus=[0])).gpus == [0]
    assert DeviceConfig(DeviceConfigParams()).gpus == [0]
    with pytest.raises(UserError, match="cannot be changed any more"):
        DeviceConfig(DeviceConfigParams(gpus=[1]))


def test_a_missing_gpu_of_the_flag_is_named(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    with pytest.raises(UserError, match=r"GPU 7[\s\S]*device.gpus") as error:
        DeviceConfig(DeviceConfigParams(gpus=[7]))
    assert isinstance(error.value, IndexError)


def test_a_missing_gpu_of_the_environment_names_the_variable(monkeypatch):
    import tensorflow as tf

    monkeypatch.setattr(tf, "config", FakeTfConfig(0))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    with pytest.raises(IndexError, match=r"CUDA_VISIBLE_DEVICES[\s\S]*unset CUDA_VISIBLE_DEVICES"):
        DeviceConfig(DeviceConfigParams())


def test_it_can_be_created_twice_in_a_process_that_has_already_computed(monkeypatch):
    import tensorflow as tf

    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    DeviceConfig(DeviceConfigParams())
    tf.constant(1) + 1
    assert DeviceConfig(DeviceConfigParams()).gpus == []


def test_a_memory_limit_must_be_positive():
    with pytest.raises(ValueError, match="gpu_memory"):
        DeviceConfig(DeviceConfigParams(gpu_memory=0))


def test_a_decorated_method_runs_in_the_scope_of_the_strategy():
    import tensorflow as tf

    class Owner:
        device_config = DeviceConfig(DeviceConfigParams())

        @distribute_strategy
        def add(self, a, b=1):
            assert tf.distribute.get_strategy() is self.device_config.strategy
            return a + b

    assert Owner().add(1, b=2) == 3
    assert Owner.add.__name__ == "add"


def test_the_parameters_do_not_import_tensorflow():
    code = "import sys, tfaip.device.device_config; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
