# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The HTTP side of the dashboard: who may ask, what is answered at which path."""
