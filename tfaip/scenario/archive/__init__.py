# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Model directories packed into one file: writing them, and unpacking those of strangers.

Nothing here imports TensorFlow.
"""

from tfaip.scenario.archive.opening import is_archive, is_from_archive, open_model_directory

__all__ = ["is_archive", "is_from_archive", "open_model_directory"]
