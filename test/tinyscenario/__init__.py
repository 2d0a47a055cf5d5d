# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A scenario for the tests of evaluation and prediction: two numbers, class 0 or 1.

Its export directory needs no training. ``kind`` of the model parameters chooses what the graph does.
"""
