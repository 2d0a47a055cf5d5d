# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests to begin with; ``test_data`` is where to look first when a new scenario does not work."""

import numpy as np
import pytest

from .scenario import TemplateScenario
from .toydata import SIZES, write_toy_data


@pytest.fixture
def params(tmp_path):
    """Replace: lists of a few small files of your own, which are part of the repository."""
    write_toy_data(str(tmp_path), called=str(tmp_path))
    params = TemplateScenario.default_trainer_params()
    params.gen.train.lists, params.gen.val.lists = [str(tmp_path / "train.lst")], [str(tmp_path / "val.lst")]
    return params


def test_data(params):
    data = TemplateScenario(params.scenario).create_data()
    # Un-batched samples in plain Python: set a breakpoint in a processor and look.
    with params.gen.val_data(data).generate_input_samples(auto_repeat=False) as samples:
        samples = list(samples)
    assert len(samples) == SIZES["val"]
    assert all(int(sample.inputs["x"].mean() > 0) == sample.targets["gt"][0] for sample in samples)


def test_training(params, tmp_path):
    params.epochs = 1
    params.output_dir = str(tmp_path / "model")
    logs = TemplateScenario.create_trainer(params).train()
    assert np.isfinite(logs["val_loss"])
    assert (tmp_path / "model" / "best" / "serve" / "saved_model.pb").exists()
