# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Image classification: photographs in class folders, a network from scratch or on a pretrained backbone."""
