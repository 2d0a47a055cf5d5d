# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Measurements; not part of the test suite, since timings depend on the machine and its load."""
