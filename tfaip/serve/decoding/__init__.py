# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""From the body of a request to samples."""
