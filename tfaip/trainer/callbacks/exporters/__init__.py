# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Callbacks that hand the values of a training to other programs which track experiments."""
