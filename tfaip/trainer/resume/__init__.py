# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Resuming a run with changed parameters: what may be changed, and what would break the run."""
