# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Exporting a training to Weights & Biases."""

import os
from collections.abc import Mapping
from typing import Any, Optional

from tfaip.trainer.callbacks.exporters.exporter import ExportedRun, Exporter
from tfaip.util.logging import logger

log = logger(__name__)

SECONDS_TO_BEGIN = 60.0


class WandbExporter(Exporter):
    """Hands parameters and the values of each epoch to Weights & Biases.

    Without a login the run is written to the disk only (``wandb sync`` sends it); ``WANDB_MODE`` says otherwise.

    Args:
        run: The run.
    """

    label = "Weights & Biases"

    def __init__(self, run: ExportedRun):
        super().__init__(run)
        self._run: Any = None

    def begin(self, known_id: Optional[str]) -> str:
        """Create a run, or go on with one."""
        import wandb

        mode = os.environ.get("WANDB_MODE")
        if not mode and not wandb.api.api_key:
            # else it would ask on the terminal
            mode = "offline"
            log.info("There is no login of Weights & Biases: the run is written to the disk only.")
        self._run = wandb.init(
            project=self.run.project,
            name=self.run.name,
            config=dict(self.run.params),
            dir=self.run.output_dir,
            id=known_id,
            resume="allow" if known_id else None,
            mode=mode,
            reinit="create_new",
            settings=wandb.Settings(console="off", silent=True, init_timeout=SECONDS_TO_BEGIN),
        )
        return str(self._run.id)

    def write(self, values: Mapping[str, float], step: int, seconds: float) -> None:
        """Write values."""
        self._run.log(dict(values), step=step)

    def end(self, is_complete: bool) -> None:
        """End the run."""
        self._run.finish(exit_code=0 if is_complete else 1)
