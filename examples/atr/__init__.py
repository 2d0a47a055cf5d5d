# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Automatic text recognition: read images of text lines with convolutions, an LSTM and CTC."""
