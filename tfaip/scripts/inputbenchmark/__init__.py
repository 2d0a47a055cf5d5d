# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the benchmark of the input pipeline measures, concludes and shows."""
