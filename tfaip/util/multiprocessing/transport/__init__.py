# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Moving Python objects with large arrays between two processes, the arrays in shared memory that is used again."""
