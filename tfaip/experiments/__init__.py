# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Experiments: jobs, the slots that they run in, a scheduler, and sheets that list them."""
