# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data of the scenario: generators of sentence pairs, the tokenizer, the shapes of a sample."""
