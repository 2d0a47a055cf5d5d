# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Batches with a bound of their number of elements, made of the known shapes of all samples."""
