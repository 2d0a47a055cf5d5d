# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the tests of the programs."""

import logging
import shutil
from pathlib import Path

import pytest

from test.tinyscenario.scenario import export_model


@pytest.fixture
def run(finished_run: Path, tmp_path: Path) -> Path:
    """A copy of the run that the test module trains once."""
    return Path(shutil.copytree(finished_run, tmp_path / "run"))


@pytest.fixture(autouse=True)
def _log_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


@pytest.fixture(scope="session")
def model_dirs(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two models of the tiny scenario; only the first tells the data of its training. Copy them to change them."""
    paths = [str(tmp_path_factory.mktemp(f"model_{seed}")) for seed in (1, 2)]
    export_model(paths[0], seed=1, with_trainer_params=True)
    export_model(paths[1], seed=2)
    return paths
