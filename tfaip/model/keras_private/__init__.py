# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What reaches beyond the public interface of Keras and TensorFlow.

Each part has a test that fails when they change.
"""
