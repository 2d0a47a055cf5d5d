# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameter trees: reading and writing them as JSON and from the command line.

This package is part of the lowest layer: it imports nothing of tfaip but ``tfaip.util``.
"""
