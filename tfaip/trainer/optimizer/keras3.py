# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Optimizers of Keras whose weight decay leaves biases and normalisations out."""

import re
from typing import Any, Dict, List, Optional

import keras

# scale and offset of a normalisation have these names in Keras, also where they have several axes
NO_DECAY_NAMES = ("bias", "gamma", "beta")


class WeightDecayOfMatrices(keras.optimizers.Optimizer):
    """Mix-in of a keras optimizer: which variables its weight decay leaves out.

    The decay is that of Keras: ``variable -= learning rate(step) * weight_decay * variable`` before each update
    (I. Loshchilov, F. Hutter: Decoupled Weight Decay Regularization, https://arxiv.org/abs/1711.05101). It follows the
    schedule, and gradient, moments and clipping do not see it.

    Args:
        *args: Arguments of the optimizer.
        no_decay_patterns: Regular expressions; a variable in whose path one is found does not decay. None: biases,
            scale and offset of normalisations, and whatever else has a single axis.
        **kwargs: Arguments of the optimizer.
    """

    def __init__(self, *args: Any, no_decay_patterns: Optional[List[str]] = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.no_decay_patterns = no_decay_patterns

    def build(self, variables: List[keras.Variable]) -> None:
        """Create the variables of the optimizer and note what does not decay."""
        if self.built:
            return
        self.exclude_from_weight_decay(var_list=[variable for variable in variables if not self._decays(variable)])
        super().build(variables)

    def _decays(self, variable: keras.Variable) -> bool:
        if self.no_decay_patterns is not None:
            return not any(re.search(pattern, variable.path) for pattern in self.no_decay_patterns)
        return len(variable.shape) > 1 and variable.path.rpartition("/")[2] not in NO_DECAY_NAMES

    def get_config(self) -> Dict[str, Any]:
        """Return the arguments of the optimizer."""
        return {**super().get_config(), "no_decay_patterns": self.no_decay_patterns}


class AdamW(WeightDecayOfMatrices, keras.optimizers.AdamW):
    """AdamW."""


class Nadam(WeightDecayOfMatrices, keras.optimizers.Nadam):
    """Nadam."""


class Lion(WeightDecayOfMatrices, keras.optimizers.Lion):
    """Lion."""


class Adafactor(WeightDecayOfMatrices, keras.optimizers.Adafactor):
    """Adafactor."""


class Muon(WeightDecayOfMatrices, keras.optimizers.Muon):
    """Muon for matrices, AdamW for all other variables."""
