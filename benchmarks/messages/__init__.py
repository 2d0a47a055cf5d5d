# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The messages of tfaip and of other command line libraries for the same mistakes."""
