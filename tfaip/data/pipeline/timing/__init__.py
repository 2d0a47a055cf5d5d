# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Measuring what the parts of a pipeline take."""
