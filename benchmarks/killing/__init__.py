# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Trainings that are killed and resumed, and what is left of them."""
