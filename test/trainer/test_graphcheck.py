# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The graph can be checked on real data before a training."""

import pytest
import tensorflow as tf

from tfaip.trainer.graphcheck import check_graph_on_real_data
from tfaip.util.errors import UserError
from waves.model import WaveGraph
from waves.scenario import WaveScenario


def trainer_params(**fields):
    params = WaveScenario.default_trainer_params()
    params.epochs = 1
    params.progress_bar_mode = 0
    params.random_seed = 3
    params.export_best = False
    params.gen.train.n, params.gen.val.n = 32, 16
    for name, value in fields.items():
        setattr(params.scenario, name, value)
    return params


def test_shapes_losses_and_metrics_are_logged_and_the_training_is_the_same(caplog):
    caplog.set_level("INFO")
    plain = WaveScenario.create_trainer(trainer_params()).train()
    assert "losses and metrics" not in caplog.text
    checked = WaveScenario.create_trainer(trainer_params(debug_graph_construction=True)).train()
    assert "losses and metrics: {'loss'" in caplog.text
    assert "output " in caplog.text
    assert checked["val_loss"] == pytest.approx(plain["val_loss"], rel=1e-5)


def test_the_first_call_of_a_hook_has_values_to_look_at(monkeypatch):
    seen = []

    def fails(self, inputs, training=None):
        seen.append(inputs["x"].numpy() if tf.executing_eagerly() else None)
        raise ValueError("a mistake in the graph")

    monkeypatch.setattr(WaveGraph, "build_graph", fails)
    with pytest.raises(ValueError, match="a mistake in the graph"):
        WaveScenario.create_trainer(trainer_params(debug_graph_construction=True)).train()
    assert [values.shape for values in seen] == [(16, 16)]
    assert seen[0].any()


def test_missing_data_are_a_message():
    params = trainer_params()
    params.gen.train.n = 0
    with pytest.raises(UserError, match="no training sample"):
        check_graph_on_real_data(WaveScenario(params.scenario), params.gen)
