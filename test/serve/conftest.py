# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A service needs the packages of its extra."""

import importlib.util

import pytest

from tfaip.scripts.serve import NEEDED_PACKAGES

MISSING = [name for name in NEEDED_PACKAGES if importlib.util.find_spec(name) is None]
collect_ignore_glob = ["test_*.py"] if MISSING else []


def pytest_report_header() -> list:
    return [f"test/serve is left out: the extra serve is not installed ({', '.join(MISSING)})"] if MISSING else []


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    from test.tinyscenario.scenario import export_model

    path = tmp_path_factory.mktemp("served") / "model"
    export_model(path)
    return str(path)
