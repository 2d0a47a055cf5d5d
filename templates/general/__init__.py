# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A scenario; the toy task (is a point inside a circle?) is there to be replaced."""
