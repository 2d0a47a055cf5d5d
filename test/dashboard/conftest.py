# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A dashboard needs the packages of its extra."""

import importlib.util

import pytest

from tfaip.scripts.dashboard import NEEDED_PACKAGES

MISSING = [name for name in NEEDED_PACKAGES if importlib.util.find_spec(name) is None]
collect_ignore_glob = ["test_*.py"] if MISSING else []


def pytest_report_header() -> list:
    return (
        [f"test/dashboard is left out: the extra dashboard is not installed ({', '.join(MISSING)})"] if MISSING else []
    )


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "runs"
    path.mkdir()
    return path


@pytest.fixture
def serve(folder):
    """Serve the folder; further arguments are those of the access."""
    from test.dashboard.running import running

    return lambda **access: running(folder, **access)
