# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data of the segmentation: scenes that are put together of cut-out photographs, and finding objects in the result."""
