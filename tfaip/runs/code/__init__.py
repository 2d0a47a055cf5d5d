# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A snapshot of the code of a training: which files belong to it, and copying them."""
