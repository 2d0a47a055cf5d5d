# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Checkpoints: the state of a training on disk, and how to continue from it."""
