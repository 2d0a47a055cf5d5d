# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data of the full tutorial: generators, the processor, and the shapes of a sample."""
