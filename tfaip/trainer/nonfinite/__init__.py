# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a training does when a loss or a gradient is infinite or not a number."""
