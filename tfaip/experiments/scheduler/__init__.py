# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Starting jobs one after another, as slots become free."""
