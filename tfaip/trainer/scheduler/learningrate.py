# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Base of the learning rate schedules."""

from abc import ABCMeta, abstractmethod
from typing import Any, Dict, Optional, cast

import keras
import tensorflow as tf

from tfaip.trainer.scheduler.learningrate_params import LearningRateParams
from tfaip.util.errors import UserValueError
from tfaip.util.tftyping import AnyTensor


class LearningRateSchedule(keras.optimizers.schedules.LearningRateSchedule, metaclass=ABCMeta):
    """A learning rate that depends on the epoch.

    It is computed with TensorFlow operations, in double precision, and works eagerly and in a ``tf.function``.

    Args:
        params: Parameters of the schedule, with ``steps_per_epoch`` and ``epochs`` filled in.
        name: Name scope of the operations; default: the name of the class.

    Raises:
        UserValueError: If ``steps_per_epoch`` or ``epochs`` is not positive.
    """

    def __init__(self, params: LearningRateParams, name: Optional[str] = None):
        self.params = params
        self.name = name or type(self).__name__
        self._start_step = 0
        self._start_epoch = 0
        for field in ("steps_per_epoch", "epochs"):
            if getattr(params, field) <= 0:
                raise UserValueError(
                    "The learning rate schedule does not know the length of the run.",
                    where=f"learning_rate.{field}",
                    expected="a positive number, which the trainer fills in",
                    got=str(getattr(params, field)),
                )

    def go_on_from(self, step: int, epoch: int) -> None:
        """Let an epoch begin at a step, in a run whose epochs had another length before.

        Args:
            step: Number of steps that were done.
            epoch: Number of epochs that they made.
        """
        self._start_step, self._start_epoch = step, epoch

    @property
    def base_lr(self) -> Optional[float]:
        """Return the base learning rate, to which a schedule's course refers; None: to each rate itself."""
        return self.params.lr

    @abstractmethod
    def lr(self, epoch: AnyTensor) -> AnyTensor:
        """Return the learning rate of an epoch.

        Args:
            epoch: Finished epochs since the schedule started: a scalar float64 tensor, which is whole if
                ``step_function`` is set.
        """

    def __call__(self, step: AnyTensor) -> tf.Tensor:
        """Return the learning rate of a step.

        Args:
            step: Number of optimizer steps that were done before.

        Returns:
            A scalar of keras' float type.
        """
        with tf.name_scope(self.name):
            step = tf.cast(tf.convert_to_tensor(step), tf.float64)
            epoch = self._start_epoch + (step - self._start_step) / self.params.steps_per_epoch
            return tf.cast(self.at(epoch) * self.params.factor, keras.config.floatx())

    def at(self, epoch: AnyTensor) -> AnyTensor:
        """Return the learning rate at a point of the run.

        Args:
            epoch: Epochs since the start of the run, with the part of an epoch that is done: a scalar float64 tensor.
        """
        if self.params.step_function:
            epoch = tf.floor(epoch)
        return self.lr(tf.maximum(tf.constant(0, tf.float64), epoch - self.params.offset_epochs))

    def get_config(self) -> Dict[str, Any]:
        """Return the arguments that :meth:`from_config` needs."""
        return {"params": cast(Any, self.params).to_dict(), "name": self.name}

    @classmethod
    def from_config(cls, config: Dict[str, Any]) -> "LearningRateSchedule":
        """Return a schedule of the arguments that :meth:`get_config` returned."""
        return cls(cast(Any, LearningRateParams).from_dict(config["params"]), name=config["name"])
