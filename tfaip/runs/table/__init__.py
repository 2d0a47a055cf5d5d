# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Tables of runs: their columns, which rows are wanted, in which order, and as text."""
