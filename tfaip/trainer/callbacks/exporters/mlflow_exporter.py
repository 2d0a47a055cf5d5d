# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Exporting a training to MLflow."""

import re
from collections.abc import Mapping
from typing import Any, Optional

from tfaip.trainer.callbacks.exporters.exporter import ExportedRun, Exporter

# what MLflow takes of a value and at once
MAX_TEXT = 500
MAX_PARAMS = 100
# where MLflow keeps files, a slash makes a folder, which a value of its name is in the way of
_FORBIDDEN = re.compile(r"[^\w\-. ]")


class MlflowExporter(Exporter):
    """Hands parameters and the values of each epoch to MLflow.

    Where its server is, is up to MLflow: ``MLFLOW_TRACKING_URI`` and its like.

    Args:
        run: The run; its project is the experiment.
    """

    label = "MLflow"

    def __init__(self, run: ExportedRun):
        super().__init__(run)
        self._client: Any = None
        self._run_id = ""

    def begin(self, known_id: Optional[str]) -> str:
        """Create a run, or open one again."""
        from mlflow.entities import Param
        from mlflow.tracking import MlflowClient

        self._client = MlflowClient()
        if known_id is not None:
            self._run_id = known_id
            self._client.update_run(known_id, status="RUNNING")
            return known_id
        experiment = self._client.get_experiment_by_name(self.run.project)
        experiment_id = experiment.experiment_id if experiment else self._client.create_experiment(self.run.project)
        tags = {"tfaip.output_dir": self.run.output_dir} if self.run.output_dir else {}
        self._run_id = self._client.create_run(experiment_id, run_name=self.run.name, tags=tags).info.run_id
        params = [Param(_name(name), str(value)[:MAX_TEXT]) for name, value in self.run.params.items()]
        for first in range(0, len(params), MAX_PARAMS):
            self._client.log_batch(self._run_id, params=params[first : first + MAX_PARAMS])
        return str(self._run_id)

    def write(self, values: Mapping[str, float], step: int, seconds: float) -> None:
        """Write values."""
        from mlflow.entities import Metric

        metrics = [Metric(_name(name), value, int(seconds * 1000), step) for name, value in values.items()]
        self._client.log_batch(self._run_id, metrics=metrics)

    def end(self, is_complete: bool) -> None:
        """End the run."""
        self._client.set_terminated(self._run_id, "FINISHED" if is_complete else "FAILED")


def _name(name: str) -> str:
    return _FORBIDDEN.sub("_", name.replace("/", "."))
