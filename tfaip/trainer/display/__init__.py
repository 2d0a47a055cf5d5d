# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a training shows: its facts, its model, its progress and its end, for people or for programs."""
