# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The numbers in TensorBoard's event files, read without TensorFlow or TensorBoard."""
