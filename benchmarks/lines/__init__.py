# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A network of the size of those that read lines of text, to measure how it is served; nothing is learned."""
