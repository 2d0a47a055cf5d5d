# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The network: a BERT-like encoder, and the classifier on top of it."""
