# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Segmentation: which pixels of a picture belong to which kind of object, and the box of each object."""
