# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Graphs of the image classification: convolutions from scratch, and a pretrained backbone."""
