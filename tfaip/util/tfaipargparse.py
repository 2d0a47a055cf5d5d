# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameter trees on the command line."""

from tfaip.params.postinit import post_init

__all__ = ["post_init"]
