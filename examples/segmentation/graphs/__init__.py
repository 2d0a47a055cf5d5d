# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Graphs of the segmentation: encoders to choose from, and the decoder."""
