# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Starting a training from the weights of another model."""
