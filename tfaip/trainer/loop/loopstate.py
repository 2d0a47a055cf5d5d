# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where a training is between two of its steps."""

from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional

import numpy as np

from tfaip.data.pipeline.position import Position


@dataclass(frozen=True)
class LoopState:
    """Where a training goes on.

    Args:
        epoch: Number of finished epochs.
        step: Number of steps done of the epoch after them.
        position: Where the training data go on; None if that is not known.
        sums: The sums of losses and metrics over the steps of the epoch that is not finished.
        random: States of random numbers; None if they are those of the present.
        callbacks: States of callbacks; None if they are those of the present.
    """

    epoch: int = 0
    step: int = 0
    position: Optional[Position] = None
    sums: Mapping[str, np.ndarray] = field(default_factory=dict)
    random: Optional[Mapping[str, np.ndarray]] = None
    callbacks: Optional[Mapping[str, Any]] = None

    def to_dict(self) -> Dict[str, Any]:
        """Return what belongs into a manifest: all but the arrays and the states of callbacks."""
        values: Dict[str, Any] = {"step_in_epoch": self.step}
        if self.position is not None:
            values["position"] = self.position.to_dict()
        return values

    @staticmethod
    def from_manifest(manifest: Mapping[str, Any]) -> "LoopState":
        """Return the state without arrays; also of a manifest of a version that did not know positions.

        Raises:
            UserError: The position is damaged.
        """
        position = manifest.get("position")
        return LoopState(
            epoch=int(manifest["epoch"]),
            step=int(manifest.get("step_in_epoch", 0)),
            position=None if position is None else Position.from_dict(position),
        )
