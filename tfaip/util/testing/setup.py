# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Setting up a process for tests."""

import os

# tests run on the CPU unless the environment asks for a GPU
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def setup_test_init() -> None:
    """Apply the default device configuration; call it in the ``__init__.py`` of a test package."""
    from tfaip.device.device_config import DeviceConfig, DeviceConfigParams

    DeviceConfig(DeviceConfigParams())
