# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A seed lets TensorFlow run deterministic operations only, and one that has no deterministic form is named."""

from typing import Any, Optional

import keras
import numpy as np
import pytest
import tensorflow as tf

from benchmarks.killing.scenario import KillGraph, KillModelParams
from test.trainer.resume.stopped import params_of
from tfaip.data.pipeline.seeding import borrowed_globals, global_states, set_global_states
from tfaip.model.graphbase import RootGraph
from tfaip.model.variables import named_variables, random_variables
from tfaip.trainer import trainer as trainer_module
from tfaip.trainer.determinism import NoDeterministicOperationError
from waves.model import WaveGraph, WaveModel
from waves.scenario import WaveScenario


@pytest.mark.parametrize(
    ("seed", "deterministic", "expected"),
    [(1, None, True), (None, None, False), (1, False, False), (None, True, True)],
)
def test_seed_switches_deterministic_operations_on(
    monkeypatch: pytest.MonkeyPatch, seed: Optional[int], deterministic: Optional[bool], expected: bool
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(trainer_module, "enable_deterministic_operations", lambda: calls.append(1))
    WaveScenario.create_trainer(params_of(None, random_seed=seed, deterministic=deterministic))
    assert bool(calls) == expected


@pytest.mark.parametrize("eager", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_operation_without_a_deterministic_form_is_named(monkeypatch: pytest.MonkeyPatch, eager: bool) -> None:
    build = WaveGraph.build_graph

    def with_time(self: WaveGraph, inputs: Any, training: Any = None) -> Any:
        outputs = build(self, inputs, training)
        outputs["logits"] += tf.cast(tf.timestamp() * 0, "float32")
        return outputs

    monkeypatch.setattr(WaveGraph, "build_graph", with_time)
    trainer = WaveScenario.create_trainer(params_of(None, epochs=1, force_eager=eager))
    with pytest.raises(NoDeterministicOperationError, match=r"Timestamp(.|\n)*--trainer.deterministic False"):
        trainer.train()


def test_random_states_of_all_kinds_are_found() -> None:
    root = RootGraph(KillModelParams())
    assert isinstance(root.graph, KillGraph)
    assert set(random_variables(root)) == {
        "graph/dropout/seed_generator/state",
        "graph/generator/state",
        "graph/seeds/state",
    }
    assert all(isinstance(variable, keras.Variable) for variable in named_variables(root).values())


def test_global_random_states_are_those_of_the_program_while_a_pipeline_borrows_them() -> None:
    import random

    random.seed(3)
    np.random.seed(3)
    random.gauss(0, 1)
    np.random.randn()
    states = global_states()
    expected = random.gauss(0, 1), np.random.randn(), np.random.rand()
    set_global_states(states)
    assert (random.gauss(0, 1), np.random.randn(), np.random.rand()) == expected
    set_global_states(states)
    with borrowed_globals():
        random.seed(1)
        np.random.seed(1)
        found = global_states()
        assert np.array_equal(found["python"], states["python"])
        assert np.array_equal(found["numpy_key"], states["numpy_key"])
        set_global_states(states)
    assert random.gauss(0, 1) == expected[0]


@pytest.mark.parametrize("draw", ["bare", "in a condition", "keras", "generator"])
def test_random_numbers_of_an_unknown_state_are_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, draw: str
) -> None:
    build = WaveGraph.build_graph
    generator = tf.random.Generator.from_seed(1)

    def noise(shape: Any) -> Any:
        if draw == "bare":
            return tf.random.normal(shape, name="bare_noise")
        if draw == "in a condition":
            return tf.cond(tf.reduce_sum(shape) > 0, lambda: tf.random.uniform(shape), lambda: tf.zeros(shape))
        return generator.normal(shape) if draw == "generator" else keras.random.normal(shape)

    def with_noise(self: WaveGraph, inputs: Any, training: Any = None) -> Any:
        return build(self, {"x": inputs["x"] + noise(tf.shape(inputs["x"]))}, training)

    monkeypatch.setattr(WaveGraph, "build_graph", with_noise)
    monkeypatch.setattr(WaveModel, "_metric", lambda self, inputs, targets, outputs: [])
    monkeypatch.setattr(WaveModel, "_best_logging_settings", lambda self: ("min", "ce"))
    trainer = WaveScenario.create_trainer(params_of(None, epochs=0))
    trainer.train()
    is_told = "A resumed training will draw other random numbers" in caplog.text
    assert is_told == (draw in ("bare", "in a condition"))
    if draw == "bare":
        assert "bare_noise" in caplog.text
