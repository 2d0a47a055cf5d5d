# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters and state of early stopping."""

from dataclasses import dataclass, field
from typing import Optional

from paiargparse import pai_dataclass, pai_meta

from tfaip.params.ranges import Range
from tfaip.util.errors import UserValueError


@pai_dataclass
@dataclass
class EarlyStoppingParams:
    """When to stop a training early, and the state that tracks the best model so far.

    The monitored value and its mode come from the model (``ModelBase._best_logging_settings``).
    """

    best_model_output_dir: Optional[str] = field(
        default=None, metadata=pai_meta(help="Directory of the best model. Default: the output directory of the run")
    )
    best_model_name: str = field(
        default="best", metadata=pai_meta(help="Name of the best model's directory within best_model_output_dir")
    )
    frequency: int = field(default=1, metadata=pai_meta(help="Test every n-th epoch whether the model improved"))
    n_to_go: int = field(
        default=-1,
        metadata=pai_meta(
            help="Stop after n_to_go - 1 tests without improvement. Values below 2 switch early stopping off"
        ),
    )
    lower_threshold: float = field(
        default=-1e100,
        metadata={
            **pai_meta(
                help="Maximising: do not stop before this value was reached. "
                "Minimising: stop at once when it is reached"
            ),
            "range": Range(infinite=True),
        },
    )
    upper_threshold: float = field(
        default=1e100,
        metadata={
            **pai_meta(
                help="Maximising: stop at once when this value is reached. "
                "Minimising: do not stop before it was reached"
            ),
            "range": Range(infinite=True),
        },
    )

    mode: Optional[str] = field(default=None, metadata=pai_meta(mode="ignore", help="State: min or max"))
    current: Optional[float] = field(
        default=None, metadata=pai_meta(mode="ignore", help="State: the best value so far")
    )
    monitor: Optional[str] = field(
        default=None, metadata=pai_meta(mode="ignore", help="State: name of the monitored value")
    )
    n: int = field(default=1, metadata=pai_meta(mode="ignore", help="State: tests since the last improvement, from 1"))

    def __post_init__(self) -> None:
        if self.mode not in (None, "min", "max"):
            raise UserValueError(
                "The mode of early stopping is neither min nor max.",
                where="early_stopping.mode",
                expected="min or max",
                got=repr(self.mode),
            )
