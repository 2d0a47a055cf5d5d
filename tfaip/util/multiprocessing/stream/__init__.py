# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A stream of inputs that a worker process turns into a stream of outputs."""
