# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A warm start that keeps the letters that both models know."""

import numpy as np

from tfaip.trainer.warmstart.warmstarter import WarmStarter


class LineWarmStarter(WarmStarter):
    def __init__(self, params, codec_changes=None):
        super().__init__(params)
        self.codec_changes = codec_changes
        self.trimmed: list[str] = []
        self.n_copied = 0

    def _trim(self, names):
        names = super()._trim(names)
        self.trimmed += names
        return names

    def apply_weights(self, target_model, new_weights):
        if self.codec_changes is None:
            super().apply_weights(target_model, new_weights)
        else:
            self.copy_weights_from_model(target_model, new_weights)

    def copy_weights_from_model(self, target_model, weights):
        """Copy the weights; those of letters by the numbers of the letters in both models."""
        old, new = zip(*self.codec_changes, strict=True)
        old, new = list(old), list(new)
        for w, array in zip(target_model.weights, weights, strict=True):
            assert isinstance(array, np.ndarray)
            if "logits" in w.name and ("kernel" in w.name or "bias" in w.name):
                values = np.array(w.numpy())
                values[..., new] = array[..., old]
                w.assign(values)
            else:
                w.assign(array)
            self.n_copied += 1
