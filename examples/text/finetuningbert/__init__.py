# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Fine-tuning of a pretrained BERT-like encoder: do two sentences mean the same?"""
