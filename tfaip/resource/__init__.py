# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Files that belong to a model and are exported with it."""
