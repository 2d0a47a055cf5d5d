# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The model: what is computed (graph), and how it is judged (losses, metrics)."""
