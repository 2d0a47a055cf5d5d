# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs as a page with plots: one HTML file that needs nothing else."""
