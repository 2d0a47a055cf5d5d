# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Graphs of the full tutorial: a fixed frame and two kinds of hidden layers to choose from."""
