# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs: what a training leaves about itself in its output directory, written and read."""
