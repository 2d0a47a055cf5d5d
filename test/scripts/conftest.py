# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the tests of the programs."""

import logging
import shutil
from pathlib import Path

import pytest


@pytest.fixture
def run(finished_run: Path, tmp_path: Path) -> Path:
    """A copy of the run that the test module trains once."""
    return Path(shutil.copytree(finished_run, tmp_path / "run"))


@pytest.fixture(autouse=True)
def _log_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
