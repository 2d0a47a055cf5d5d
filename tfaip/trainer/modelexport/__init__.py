# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Model directories out of runs, checkpoints and other model directories."""
