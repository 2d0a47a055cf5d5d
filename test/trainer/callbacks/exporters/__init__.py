# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Exporters to other programs that track experiments."""
