# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The real MLflow and Weights & Biases, without a server; where they are installed."""

import json
from pathlib import Path
from typing import Any

import pytest

from test.trainer.resume.stopped import STEPS, Recorder, Stopped, params_of
from tfaip.trainer.trainer import Trainer
from waves.scenario import WaveScenario


def start(folder: Path, name: str, *callbacks: Any) -> None:
    params = params_of(folder)
    setattr(params.record, name, True)
    WaveScenario.create_trainer(params).train(callbacks=list(callbacks))


@pytest.fixture
def mlflow_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    tracking = pytest.importorskip("mlflow.tracking", reason="mlflow is not installed: pip install 'tfaip[mlflow]'")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "mlruns").as_uri())
    return tracking.MlflowClient(tracking_uri=(tmp_path / "mlruns").as_uri())


def test_mlflow(tmp_path: Path, mlflow_client: Any) -> None:
    with pytest.raises(Stopped):
        start(tmp_path / "run", "mlflow", Recorder(stop_at=(1, 3)))
    run_id = json.loads((tmp_path / "run" / "exports.json").read_text())["MLflow"]
    assert mlflow_client.get_run(run_id).info.status == "FAILED"
    logs = Trainer.restore_trainer(str(tmp_path / "run")).train()
    run = mlflow_client.get_run(run_id)
    assert (run.info.status, run.info.run_name, run.data.params["epochs"]) == ("FINISHED", "run", "3")
    assert mlflow_client.get_experiment(run.info.experiment_id).name == "WaveScenario"
    assert run.data.metrics["val_acc"] == pytest.approx(logs["val_acc"])
    assert [entry.step for entry in mlflow_client.get_metric_history(run_id, "loss.mean_epoch")] == [
        STEPS,
        2 * STEPS,
        3 * STEPS,
    ]


def test_weights_and_biases_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("wandb", reason="wandb is not installed: pip install 'tfaip[wandb]'")
    monkeypatch.setenv("WANDB_MODE", "offline")
    start(tmp_path / "run", "wandb")
    run_id = json.loads((tmp_path / "run" / "exports.json").read_text())["Weights & Biases"]
    (folder,) = (tmp_path / "run" / "wandb").glob(f"offline-run-*-{run_id}")
    content = (folder / f"run-{run_id}.wandb").read_bytes()
    assert b"val_acc" in content and b"WaveScenario" in content
    assert "not exported" not in caplog.text
