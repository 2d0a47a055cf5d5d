# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The samplers and pruners of Optuna that a sweep file names, with their options; nothing of Optuna is imported."""

from typing import Dict, Tuple

SAMPLERS: Dict[str, Tuple[str, ...]] = {
    "tpe": ("startup_trials",),
    "random": (),
    "cmaes": ("startup_trials",),
    "grid": (),
}
PRUNERS: Dict[str, Tuple[str, ...]] = {
    "none": (),
    "median": ("startup_trials", "warmup_epochs", "interval_epochs"),
    "percentile": ("percentile", "startup_trials", "warmup_epochs", "interval_epochs"),
    "halving": ("min_epochs", "reduction_factor"),
    "hyperband": ("min_epochs", "max_epochs", "reduction_factor"),
}
