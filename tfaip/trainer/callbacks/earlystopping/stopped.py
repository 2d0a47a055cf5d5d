# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""When a training is over early."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tfaip.trainer.callbacks.earlystopping.params import EarlyStoppingParams


def is_enabled(params: "EarlyStoppingParams") -> bool:
    """Tell whether a training may be stopped for lack of improvement."""
    return params.n_to_go > 1 and params.frequency > 0


def has_reached_target(params: "EarlyStoppingParams") -> bool:
    """Tell whether the best value has reached the threshold at which a training stops at once."""
    if params.current is None or params.mode is None:
        return False
    if params.mode == "max":
        return params.current >= params.upper_threshold
    return params.current <= params.lower_threshold


def is_stopped(params: "EarlyStoppingParams") -> bool:
    """Tell whether a training is over: by its target, or for lack of improvement."""
    return has_reached_target(params) or (is_enabled(params) and params.n >= params.n_to_go)
