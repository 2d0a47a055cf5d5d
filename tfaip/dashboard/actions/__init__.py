# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the dashboard does for its user: stopping a run."""
