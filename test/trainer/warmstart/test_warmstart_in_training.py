# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A training begins with the weights of its warm start, whatever else it does with weights."""

from pathlib import Path

import numpy as np
import pytest

from test.trainer.test_trainer import small_params
from test.trainer.warmstart.test_warmstart import scenario_of
from tfaip import WarmStartParams
from tfaip.model.updates.average import WeightsAverage
from tfaip.scenario.export import load_exported_model
from tfaip.trainer.trainer import Trainer
from tfaip.trainer.warmstart.warmstarter import WarmStarter
from tfaip.util.errors import UserError
from waves.scenario import WaveScenario

Run = tuple[Path, list[np.ndarray], list[np.ndarray]]


def weights(trainer: Trainer) -> list[np.ndarray]:
    return [weight.numpy() for weight in trainer.scenario.keras_predict_model.weights]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with an average of the weights, the averages, and the trained weights."""
    folder = tmp_path_factory.mktemp("run") / "a"
    params = small_params(output_dir=str(folder), ema_decay=0.9, epochs=1)
    trainer = WaveScenario.create_trainer(params)
    trainer.train()
    averages = weights(trainer)
    trainer.scenario.keras_train_model.updates.use_trained_weights()
    return folder, averages, weights(trainer)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "best",
        *(
            pytest.param(path, marks=pytest.mark.slow)
            for path in ("checkpoint/epoch_0001", "checkpoint/epoch_0001/manifest.json", "export")
        ),
    ],
)
def test_a_run_its_checkpoint_and_its_models_give_the_averaged_weights(path: str, run: Run) -> None:
    scenario = scenario_of([12])
    WarmStarter(WarmStartParams(model=str(run[0] / path))).warmstart(scenario.keras_predict_model)
    for weight, expected in zip(scenario.keras_predict_model.weights, run[1], strict=True):
        np.testing.assert_array_equal(weight.numpy(), expected)
    assert any(not np.array_equal(average, trained) for average, trained in zip(run[1], run[2], strict=True))


def test_average_and_frozen_layers_begin_with_the_loaded_weights(run: Run) -> None:
    params = small_params(epochs=1, ema_decay=0.999, no_train_scope=".*hidden.*", train_accum_steps=2)
    params.warmstart.model = str(run[0])
    started: list[dict[str, np.ndarray]] = []
    trainer = WaveScenario.create_trainer(params)
    prepare = trainer._prepare_output_dir

    def look(config: str) -> None:
        average = trainer.scenario.keras_train_model.updates.average
        assert isinstance(average, WeightsAverage)
        started.append({name: variable.numpy() for name, variable in average.averaged().items()})
        prepare(config)

    trainer._prepare_output_dir = look  # type: ignore[method-assign]
    trainer.train()
    # the order of the attributes is another one
    loaded = {value.tobytes() for value in run[1]}
    assert {value.tobytes() for value in started[0].values()} <= loaded
    model = trainer.scenario.keras_predict_model
    for weight, value in zip(model.weights, run[1], strict=True):
        assert np.array_equal(weight.numpy(), value) == ("hidden" in weight.path)


def test_a_run_that_was_killed_before_its_first_checkpoint_starts_warm_again(tmp_path: Path, run: Run) -> None:
    params = small_params(epochs=1, output_dir=str(tmp_path / "b"))
    params.warmstart.model = str(run[0])
    first = WaveScenario.create_trainer(params)

    class Killed(Exception):
        pass

    def kill() -> None:
        raise Killed

    first.fit = kill  # type: ignore[method-assign, assignment]
    with pytest.raises(Killed):
        first.train()
    again = Trainer.restore_trainer(str(tmp_path / "b"))
    started: list[list[np.ndarray]] = []
    fit = again.fit
    again.fit = lambda: (started.append(weights(again)), fit())[1]  # type: ignore[method-assign]
    again.train()
    for value, expected in zip(started[0], run[1], strict=True):
        np.testing.assert_array_equal(value, expected)


def test_a_wrong_warm_start_leaves_no_file(tmp_path: Path, run: Run) -> None:
    params = small_params(output_dir=str(tmp_path / "b"))
    params.scenario.model.hidden = [3]
    params.warmstart.model = str(run[0])
    with pytest.raises(UserError, match="cannot be loaded"):
        WaveScenario.create_trainer(params).train()
    assert not (tmp_path / "b").exists()


def test_a_training_without_epochs_exports_the_weights_of_the_warm_start(tmp_path: Path, run: Run) -> None:
    params = small_params(epochs=0, output_dir=str(tmp_path / "b"))
    params.warmstart.model = str(run[0])
    WaveScenario.create_trainer(params).train()
    exported = load_exported_model(str(tmp_path / "b" / "export" / "serve")).variables
    assert exported is not None
    assert {value.numpy().tobytes() for value in exported.values()} == {value.tobytes() for value in run[1]}
