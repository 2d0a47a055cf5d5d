# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Keras 2 is refused with a message."""

import os
import subprocess
import sys

import pytest

from tfaip.util.errors import UserError
from tfaip.util.kerasversion import check_keras_3


@pytest.mark.parametrize("value", ["1", "true", "True"])
def test_legacy_keras_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", value)
    with pytest.raises(UserError, match="unset TF_USE_LEGACY_KERAS"):
        check_keras_3()


@pytest.mark.parametrize("value", ["", "0", "false"])
def test_keras_3_is_fine(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", value)
    check_keras_3()


@pytest.mark.parametrize("code", ["import tfaip.model.modelbase", "from tfaip.scripts.train import run; run()"])
def test_models_and_programs_refuse_legacy_keras(code: str) -> None:
    env = {**os.environ, "TF_USE_LEGACY_KERAS": "1"}
    result = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert result.returncode in (1, 2)
    assert "Keras 3 only" in result.stderr
