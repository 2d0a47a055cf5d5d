# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the record of a run."""

from dataclasses import dataclass, field
from typing import Optional

from paiargparse import pai_dataclass, pai_meta

from tfaip.params.ranges import Range


@pai_dataclass
@dataclass
class RecordParams:
    """What a training writes down about itself in its output directory, beside its log and its checkpoints."""

    enabled: bool = field(
        default=True,
        metadata=pai_meta(
            help="Keep a record of the run in its output directory: run.json, status.json, metrics.jsonl"
        ),
    )
    interval: float = field(
        default=1.0,
        metadata={
            **pai_meta(help="Least time between two records of values within an epoch; it grows with a long training"),
            "range": Range(above=0, infinite=True),
            "unit": "seconds",
        },
    )
    images: bool = field(
        default=True, metadata=pai_meta(help="Keep the images that are written for TensorBoard as files, too")
    )
    code: bool = field(
        default=True,
        metadata=pai_meta(help="Keep a snapshot of the code of the scenario, and the names of all packages"),
    )
    code_max_size: float = field(
        default=10.0,
        metadata={
            **pai_meta(help="How large the snapshot of the code may be at most"),
            "range": Range(minimum=0),
            "unit": "MB",
        },
    )
    mlflow: bool = field(
        default=False,
        metadata=pai_meta(help="Hand parameters and values to MLflow, too (pip install 'tfaip[mlflow]')"),
    )
    wandb: bool = field(
        default=False,
        metadata=pai_meta(help="Hand parameters and values to Weights & Biases, too (pip install 'tfaip[wandb]')"),
    )
    project: Optional[str] = field(
        default=None,
        metadata=pai_meta(help="Experiment or project in MLflow and Weights & Biases. Default: the scenario's class"),
    )
