# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The ways to deal with losses and gradients that are not finite."""

from tfaip.util.enum import StrEnum


class NonFinitePolicy(StrEnum):
    """What to do when a loss or a gradient is infinite or not a number."""

    STOP = "stop"
    SKIP = "skip"
    RESTORE = "restore"
