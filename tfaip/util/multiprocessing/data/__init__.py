# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Work on a stream of data in worker processes."""
