# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A service needs the packages of its extra."""

import importlib.util
from contextlib import contextmanager

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


@pytest.fixture
def model():
    from test.serve.running import GatedModel

    return GatedModel()


@pytest.fixture
def serve(tiny_model, model):
    """A service of the gated model with the given limits; the gate is opened at the end."""
    from test.serve.running import create_predictor, running
    from test.tinyscenario.scenario import TinyScenario
    from tfaip.serve.adapter import ServingAdapter
    from tfaip.serve.params import ServeParams

    @contextmanager
    def start(adapter_cls=ServingAdapter, **limits):
        predictor = create_predictor(TinyScenario, tiny_model, model)
        with running(predictor, ServeParams(warm_up=False, **limits), adapter_cls) as client:
            try:
                yield client
            finally:
                model.gate.set()

    return start
