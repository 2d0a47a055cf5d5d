# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Compare saved parameters by tree path, as plain data: no class that they name is imported."""

from tfaip.params.diff.compare import MISSING, Difference, diff_params
from tfaip.params.diff.known import Framework, Program
from tfaip.params.diff.load import ParamsSource, diff_files, load_params

__all__ = ["MISSING", "Difference", "Framework", "ParamsSource", "Program", "diff_files", "diff_params", "load_params"]
