# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Looking after the runs in directories: what there is, and what has changed."""
