# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The parts of ``tfaip-sweep``: checking a sweep against its scenario, its commands, and what it shows."""
