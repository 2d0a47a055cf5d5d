# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Sweeps: trainings with many values of their parameters, out of a grid, by chance or by an optimiser."""
