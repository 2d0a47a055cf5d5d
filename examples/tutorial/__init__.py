# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The tutorial: handwritten digits, once as small as possible (``min``), once with all the comfort (``full``)."""
