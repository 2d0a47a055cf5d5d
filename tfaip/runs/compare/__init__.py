# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""In what runs differ: their parameters, values, code and packages."""
