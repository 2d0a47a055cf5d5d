# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The record of a training, written by a thread of its own while it runs."""
