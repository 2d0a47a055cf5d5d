# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Blueprints of scenarios: copy a folder, rename its classes, replace what is marked."""
