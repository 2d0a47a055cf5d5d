# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The AdaBelief optimizer."""

from typing import Any, Dict, List, Union

import keras
import tensorflow as tf

from tfaip.util.tftyping import AnyTensor


class AdaBelief(keras.optimizers.Optimizer):
    """AdaBelief (J. Zhuang et al., https://arxiv.org/abs/2010.07468), with the rectification of RAdam.

    RAdam is L. Liu et al., https://arxiv.org/abs/1908.03265.

    Args:
        learning_rate: The learning rate or its schedule.
        beta_1: Decay rate of the first moment.
        beta_2: Decay rate of the second moment (of the gradient's distance from its mean).
        epsilon: Added to the second moment and to the denominator.
        decoupled_weight_decay: A step takes learning rate times this share of a variable away.
        rectify: Scale the step by the variance of the adaptive rate, and take plain momentum steps as long as the
            moving average is shorter than ``sma_threshold``.
        amsgrad: Use the maximum of the past second moments.
        sma_threshold: See ``rectify``.
        total_steps: If positive, the learning rate is warmed up linearly over the share ``warmup_proportion`` of
            these steps, and falls linearly to ``min_lr`` over the rest.
        warmup_proportion: See ``total_steps``.
        min_lr: See ``total_steps``.
        **kwargs: Further arguments of a keras optimizer.
    """

    def __init__(
        self,
        learning_rate: Union[float, keras.optimizers.schedules.LearningRateSchedule] = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-14,
        decoupled_weight_decay: float = 0.0,
        rectify: bool = True,
        amsgrad: bool = False,
        sma_threshold: float = 5.0,
        total_steps: int = 0,
        warmup_proportion: float = 0.1,
        min_lr: float = 0.0,
        **kwargs: Any,
    ):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.decoupled_weight_decay = decoupled_weight_decay
        self.rectify = rectify
        self.amsgrad = amsgrad
        self.sma_threshold = sma_threshold
        self.total_steps = total_steps
        self.warmup_proportion = warmup_proportion
        self.min_lr = min_lr

    def build(self, variables: List[keras.Variable]) -> None:
        """Create the moments of the variables."""
        if self.built:
            return
        super().build(variables)
        self._means, self._variances = self.add_optimizer_variables(variables, ["momentum", "velocity"])
        if self.amsgrad:
            self._max_variances = self.add_optimizer_variables(variables, "max_velocity")

    def update_step(self, gradient: AnyTensor, variable: tf.Variable, learning_rate: AnyTensor) -> None:
        """Update the moments, then the variable."""
        dtype = variable.dtype
        gradient = tf.cast(tf.convert_to_tensor(gradient), dtype)
        # The corrections are differences of nearly equal numbers in the first steps, hence the double precision.
        step = tf.cast(self.iterations + 1, tf.float64)
        index = self._get_variable_index(variable)
        mean, variance = self._means[index], self._variances[index]
        self.assign_add(mean, (gradient - mean) * (1 - self.beta_1))
        self.assign_add(variance, (tf.square(gradient - mean) - variance) * (1 - self.beta_2) + self.epsilon)
        if self.amsgrad:
            self.assign(self._max_variances[index], tf.maximum(self._max_variances[index], variance))
            variance = self._max_variances[index]
        mean_hat = mean / tf.cast(1 - self.beta_1**step, dtype)
        deviation_hat = tf.sqrt(variance / tf.cast(1 - self.beta_2**step, dtype)) + self.epsilon
        update = mean_hat / deviation_hat
        if self.rectify:
            length, factor = self._rectification(step)
            update = tf.where(length >= self.sma_threshold, tf.cast(factor, dtype) * update, mean_hat)
        if self.decoupled_weight_decay:
            update += self.decoupled_weight_decay * variable
        rate = self._own_schedule(tf.cast(learning_rate, tf.float64), step)
        self.assign_sub(variable, tf.cast(rate, dtype) * update)

    def _rectification(self, step: tf.Tensor) -> tuple:
        """Return the length of the moving average at a step, and the factor that rectifies the step."""
        beta_2_power = self.beta_2**step
        longest = 2 / (1 - self.beta_2) - 1
        length = longest - 2 * step * beta_2_power / (1 - beta_2_power)
        variance = (length - 4) / (longest - 4) * (length - 2) / (longest - 2) * longest / length
        return length, tf.sqrt(tf.maximum(variance, 0))

    def _own_schedule(self, learning_rate: tf.Tensor, step: tf.Tensor) -> tf.Tensor:
        if self.total_steps <= 0:
            return learning_rate
        warmup = self.total_steps * self.warmup_proportion
        decay_steps = max(self.total_steps - warmup, 1)
        falling = learning_rate + (self.min_lr - learning_rate) * tf.minimum(step - warmup, decay_steps) / decay_steps
        return tf.where(step <= warmup, learning_rate * step / max(warmup, 1), falling)

    def get_config(self) -> Dict[str, Any]:
        """Return the arguments of the optimizer."""
        names = ["beta_1", "beta_2", "epsilon", "decoupled_weight_decay", "rectify", "amsgrad", "sma_threshold"]
        names += ["total_steps", "warmup_proportion", "min_lr"]
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
