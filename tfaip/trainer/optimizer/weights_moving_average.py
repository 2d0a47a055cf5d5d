# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""An optimizer that also averages the weights, for training loops of one's own."""

from typing import Any, Dict, List, Optional, Sequence

import keras

from tfaip.model.updates.average import DecayRule, WeightsAverage
from tfaip.util.errors import UserValueError


class WeightsMovingAverage(keras.optimizers.Optimizer):
    """Applies the updates of another optimizer and averages the variables after each of them.

    ``average = average_decay * average + (1 - average_decay) * variable``; the average starts with the first values of
    the variables. The trainer averages by ``trainer.ema_decay`` and does not need it.

    Args:
        average_decay: Decay of the average, at least 0 and less than 1.
        optimizer: The optimizer whose updates are averaged, or its name.
        name: Name of this optimizer.
        **kwargs: Further arguments of a keras optimizer; those that change updates belong to ``optimizer``.

    Raises:
        UserValueError: If the decay is none, or there is no optimizer.
    """

    def __init__(
        self, average_decay: float = 0.99, optimizer: Any = None, name: str = "WeightsMovingAverage", **kwargs: Any
    ):
        if not 0 <= average_decay < 1 or optimizer is None:
            raise UserValueError(
                "The average of the weights needs a decay and an optimizer.",
                where=type(self).__name__,
                expected="0 <= average_decay < 1, and an optimizer",
                got=f"average_decay={average_decay}, optimizer={optimizer}",
            )
        super().__init__(learning_rate=0.0, name=name, **kwargs)
        self.average_decay = average_decay
        self.inner_optimizer = keras.optimizers.get(optimizer)
        self._average: Optional[WeightsAverage] = None

    def build(self, variables: List[keras.Variable]) -> None:
        """Create the variables of the optimizer and the averages."""
        if self.built:
            return
        super().build(variables)
        if not self.inner_optimizer.built:
            self.inner_optimizer.build(variables)
        self._average = WeightsAverage(
            {f"{index:05d}": variable for index, variable in enumerate(variables)}, DecayRule(self.average_decay)
        )

    def apply(self, grads: Sequence[Any], trainable_variables: Optional[Sequence[keras.Variable]] = None) -> None:
        """Update the variables, then their averages."""
        if trainable_variables is not None and not self.built:
            self.build(list(trainable_variables))
        self.inner_optimizer.apply(grads, trainable_variables)
        assert self._average is not None
        self._average.update(lambda: self.inner_optimizer.iterations)

    def to_avg(self, variables: Optional[Sequence[Any]] = None) -> None:
        """Exchange the variables with their averages, unless they hold them already."""
        if self._average is not None:
            self._average.to_avg(variables)

    def to_model(self, variables: Optional[Sequence[Any]] = None) -> None:
        """Let the variables hold what was trained."""
        if self._average is not None:
            self._average.to_model(variables)

    @property
    def variables(self) -> List[keras.Variable]:
        """The variables of the inner optimizer and the averages."""
        averages = [] if self._average is None else list(self._average.averaged().values())
        return [*self.inner_optimizer.variables, *averages]

    @property
    def iterations(self) -> keras.Variable:
        """The number of updates."""
        return self.inner_optimizer.iterations

    @property
    def learning_rate(self) -> Any:
        """The learning rate of the inner optimizer."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        self.inner_optimizer.learning_rate = learning_rate

    def get_config(self) -> Dict[str, Any]:
        """Return the arguments of the optimizer."""
        inner = keras.optimizers.serialize(self.inner_optimizer)
        return {"name": self.name, "average_decay": self.average_decay, "optimizer": inner}
