# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data of the image classification: generator, processors, and the shapes of a sample."""
