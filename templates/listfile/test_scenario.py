# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests to begin with; ``test_data`` is where to look first when a new scenario does not work."""

import numpy as np
import pytest

from .scenario import TemplateScenario


@pytest.fixture
def lists(tmp_path):
    """A training and a validation list of a few files each. Replace: point to small files of your own."""
    rng = np.random.default_rng(1)
    paths = []
    for name, n in (("train", 40), ("val", 12)):
        lines = ["# file class"]
        for i in range(n):
            values = rng.normal(size=4)
            np.savetxt(tmp_path / f"{name}_{i}.txt", values)
            lines.append(f"{tmp_path}/{name}_{i}.txt {int(values.mean() > 0)}")
        paths.append(tmp_path / f"{name}.lst")
        paths[-1].write_text("\n".join(lines) + "\n")
    return [str(path) for path in paths]


def create_params(lists):
    params = TemplateScenario.default_trainer_params()
    params.gen.train.lists, params.gen.val.lists = lists[:1], lists[1:]
    return params


def test_data(lists):
    params = create_params(lists)
    data = TemplateScenario(params.scenario).create_data()
    # Un-batched samples in plain Python: set a breakpoint in a processor and look.
    with params.gen.val_data(data).generate_input_samples(auto_repeat=False) as samples:
        samples = list(samples)
    assert len(samples) == 12
    assert all(int(sample.inputs["x"].mean() > 0) == sample.targets["gt"][0] for sample in samples)


def test_training(lists, tmp_path):
    params = create_params(lists)
    params.epochs = 1
    params.output_dir = str(tmp_path / "model")
    logs = TemplateScenario.create_trainer(params).train()
    assert np.isfinite(logs["val_loss"])
    assert (tmp_path / "model" / "best" / "serve" / "saved_model.pb").exists()
