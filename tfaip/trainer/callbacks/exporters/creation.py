# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The exporters that the parameters of a training ask for."""

import os
from typing import TYPE_CHECKING, List

from tfaip.trainer.callbacks.exporters.exporter import ExportedRun, Exporter
from tfaip.trainer.callbacks.hparams import hparams

if TYPE_CHECKING:
    from tfaip.trainer.trainer import Trainer


def create_exporters(trainer: "Trainer") -> List[Exporter]:
    """Return the exporters of a training."""
    record = trainer.params.record
    exporters: List[Exporter] = []
    if record.mlflow:
        from tfaip.trainer.callbacks.exporters.mlflow_exporter import MlflowExporter

        exporters.append(MlflowExporter(exported_run(trainer)))
    if record.wandb:
        from tfaip.trainer.callbacks.exporters.wandb_exporter import WandbExporter

        exporters.append(WandbExporter(exported_run(trainer)))
    return exporters


def exported_run(trainer: "Trainer") -> ExportedRun:
    """Return what exporters are told about the run of a trainer, for exporters that a program creates itself."""
    params = trainer.params
    cls = type(trainer.scenario)
    output_dir = os.path.abspath(params.output_dir) if params.output_dir else None
    return ExportedRun(
        name=os.path.basename(output_dir) if output_dir else cls.__name__,
        project=params.record.project or cls.__name__,
        params=hparams(params, cls.default_trainer_params()),
        output_dir=output_dir,
        is_resumed=trainer.restore,
    )
