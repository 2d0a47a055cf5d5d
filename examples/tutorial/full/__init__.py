# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The full tutorial: digits with processors, graphs to choose from, an evaluator, and prediction of image files."""
