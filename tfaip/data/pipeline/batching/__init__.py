# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Putting samples together to batches in plain Python and numpy."""
