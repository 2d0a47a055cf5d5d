# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How gradients become new weights: accumulation over several batches, the optimizer, the average of the weights."""
