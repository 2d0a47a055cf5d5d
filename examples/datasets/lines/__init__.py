# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Images of text lines with their transcriptions, rendered from a public text with free fonts."""
