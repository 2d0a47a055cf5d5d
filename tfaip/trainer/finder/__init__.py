# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Finding the learning rate and the batch size before a training."""
