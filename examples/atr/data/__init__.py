# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data of the text recognition: where lines come from, their processors, and the codec."""
