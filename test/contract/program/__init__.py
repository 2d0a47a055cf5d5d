# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A small program that recognizes lines of text, written like programs for tfaip 1.2: the contract with them."""
