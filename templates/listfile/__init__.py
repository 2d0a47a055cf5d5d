# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A scenario that reads list files; the toy task (is a mean positive?) is there to be replaced."""
