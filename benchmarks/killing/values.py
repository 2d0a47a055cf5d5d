# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where the trainings write the exact values of their epochs."""

VALUES_FILENAME = "values.jsonl"
