# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The list file template runs as it is."""

from templates.listfile.test_scenario import lists, test_data, test_training  # noqa: F401
