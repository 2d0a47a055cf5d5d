# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Load and validate: losses, metrics and the evaluator of an exported model."""
