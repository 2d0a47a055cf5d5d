# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which saved values tell where a training comes from and how far it is, rather than what it does."""

from typing import Dict

# Tree path of the parameters of a training -> why it says nothing about what the training does.
PROVENANCE: Dict[str, str] = {
    "tfaip_schema": "the version of the file",
    "current_epoch": "state of the training",
    "saved_checkpoint_sub_dir": "state of the training",
    "early_stopping.mode": "state of the training, comes from the model",
    "early_stopping.monitor": "state of the training, comes from the model",
    "early_stopping.current": "state of the training",
    "early_stopping.n": "state of the training",
    "non_finite_restores": "state of the training",
    "learning_rate.factor": "state of the training",
    "learning_rate.epochs": "computed from epochs",
    "learning_rate.steps_per_epoch": "computed from the data",
    "output_dir": "where the training lies",
    "early_stopping.best_model_output_dir": "where the best model lies",
    "scenario.data.resource_base_path": "where the resources lie",
    "scenario.scenario_base_path": "where the scenario lay",
    "scenario.id": "name and day of the training",
    "scenario.tfaip_commit_hash": "the state of the source",
    "scenario.tfaip_version": "the version of tfaip",
}


def is_provenance(path: str) -> bool:
    """Tell whether a tree path (below the parameters of a training) is one of them."""
    return path in PROVENANCE
