# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The LAMB optimizer."""

import re
from typing import Any, Dict, List, Optional

import keras
import tensorflow as tf

from tfaip.util.tftyping import AnyTensor


class LAMB(keras.optimizers.Lamb):
    """LAMB (Y. You et al., https://arxiv.org/abs/1904.00962) with the weight decay of its paper.

    The decay is added to Adam's update before the norm of the layer scales it. Keras' own class applies the decay
    outside of the scaled update and can not leave variables out of the scaling.

    Args:
        *args: Arguments of :class:`keras.optimizers.Lamb`.
        update_weight_decay: The weight decay within the update.
        exclude_from_weight_decay: Regular expressions; a variable in whose path one is found does not decay.
        exclude_from_layer_adaptation: Regular expressions; the update of a variable in whose path one is found is not
            scaled by its norm. None: as ``exclude_from_weight_decay``.
        **kwargs: Arguments of :class:`keras.optimizers.Lamb`.
    """

    def __init__(
        self,
        *args: Any,
        update_weight_decay: float = 0.0,
        exclude_from_weight_decay: Optional[List[str]] = None,
        exclude_from_layer_adaptation: Optional[List[str]] = None,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.update_weight_decay = update_weight_decay
        self.no_decay_patterns = exclude_from_weight_decay
        self.no_adaptation_patterns = exclude_from_layer_adaptation

    def build(self, variables: List[keras.Variable]) -> None:
        """Create the moments and note which variables are left out of what."""
        if self.built:
            return
        super().build(variables)
        no_adaptation = self.no_decay_patterns if self.no_adaptation_patterns is None else self.no_adaptation_patterns
        self._decays = [not _matches(v.path, self.no_decay_patterns) for v in variables]
        self._adapts = [not _matches(v.path, no_adaptation) for v in variables]

    def update_step(self, gradient: AnyTensor, variable: tf.Variable, learning_rate: AnyTensor) -> None:
        """Update the moments, then the variable."""
        dtype = variable.dtype
        gradient = tf.cast(tf.convert_to_tensor(gradient), dtype)
        # The corrections are differences of nearly equal numbers in the first steps, hence the double precision.
        step = tf.cast(self.iterations + 1, tf.float64)
        index = self._get_variable_index(variable)
        mean, second_moment = self._momentums[index], self._velocities[index]
        self.assign_add(mean, (gradient - mean) * (1 - self.beta_1))
        self.assign_add(second_moment, (tf.square(gradient) - second_moment) * (1 - self.beta_2))
        mean_hat = mean / tf.cast(1 - self.beta_1**step, dtype)
        second_moment_hat = second_moment / tf.cast(1 - self.beta_2**step, dtype)
        update = mean_hat / (tf.sqrt(second_moment_hat) + self.epsilon)
        if self.update_weight_decay and self._decays[index]:
            update += self.update_weight_decay * variable
        if self._adapts[index]:
            update *= _trust_ratio(variable, update)
        self.assign_sub(variable, tf.cast(learning_rate, dtype) * update)

    def get_config(self) -> Dict[str, Any]:
        """Return the arguments of the optimizer."""
        return {
            **super().get_config(),
            "update_weight_decay": self.update_weight_decay,
            "exclude_from_weight_decay": self.no_decay_patterns,
            "exclude_from_layer_adaptation": self.no_adaptation_patterns,
        }


def _trust_ratio(variable: AnyTensor, update: tf.Tensor) -> tf.Tensor:
    """Return the norm of the variable by the norm of its update; 1 if one of them is zero."""
    variable_norm, update_norm = tf.norm(tf.convert_to_tensor(variable)), tf.norm(update)
    both_positive = tf.logical_and(variable_norm > 0, update_norm > 0)
    return tf.where(both_positive, tf.math.divide_no_nan(variable_norm, update_norm), 1.0)


def _matches(path: str, patterns: Optional[List[str]]) -> bool:
    return any(re.search(pattern, path) for pattern in patterns or ())
