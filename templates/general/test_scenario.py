# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests to begin with; ``test_data`` is where to look first when a new scenario does not work."""

import numpy as np

from .scenario import TemplateScenario


def test_data():
    params = TemplateScenario.default_trainer_params()
    data = TemplateScenario(params.scenario).create_data()
    # Un-batched samples in plain Python: set a breakpoint in a processor and look.
    with params.gen.train_data(data).generate_input_samples(auto_repeat=False) as samples:
        sample = next(iter(samples))
    assert sample.inputs["point"].shape == (2,)
    # What the network gets.
    with params.gen.train_data(data).generate_input_batches(auto_repeat=False) as batches:
        inputs, targets, _ = next(iter(batches))
    assert inputs["point"].shape == (16, 2)
    assert set(np.unique(targets["gt"])) <= {0, 1}


def test_training(tmp_path):
    params = TemplateScenario.default_trainer_params()
    params.epochs = 1
    params.samples_per_epoch = 320
    params.gen.val.n_samples = 64
    params.output_dir = str(tmp_path / "model")
    logs = TemplateScenario.create_trainer(params).train()
    assert np.isfinite(logs["val_loss"])
    assert (tmp_path / "model" / "best" / "serve" / "saved_model.pb").exists()
