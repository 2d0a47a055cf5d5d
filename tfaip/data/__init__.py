# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data: generators, processors, workers, batches and their way into TensorFlow."""
