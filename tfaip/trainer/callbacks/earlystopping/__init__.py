# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Early stopping: its parameters, and the callback that tracks the best model."""
