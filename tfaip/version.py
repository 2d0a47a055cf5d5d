# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The version of the package, readable without importing anything else."""

__version__ = "2.0.0.dev0"
