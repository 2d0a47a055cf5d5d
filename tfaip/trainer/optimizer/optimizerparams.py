# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Base of the parameters of the optimizers.

The module imports neither TensorFlow nor Keras before an optimizer is created.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.params.ranges import RANGE_KEY, Range
from tfaip.util.errors import UserValueError

if TYPE_CHECKING:
    from keras.optimizers import Optimizer

NOT_NEGATIVE = Range(minimum=0)
DECAY_RATE = Range(minimum=0, below=1)
SHARE = Range(minimum=0, maximum=1)
FINITE = Range()

OptimizerAndArgs = Tuple[Type["Optimizer"], Dict[str, Any]]


def number(default: Optional[float], allowed: Range, help_text: str, **metadata: Any) -> Any:
    """Return a field that holds a number.

    Args:
        default: Its default.
        allowed: Which numbers are valid.
        help_text: Its help.
        **metadata: Further metadata.
    """
    return field(default=default, metadata={**pai_meta(help=help_text), RANGE_KEY: allowed, **metadata})


@pai_dataclass
@dataclass
class OptimizerParams(ABC):
    """Base of the parameters of an optimizer: how gradients are clipped. At most one clipping can be chosen."""

    clip_norm: Optional[float] = number(
        None, NOT_NEGATIVE, "Clip the gradient of each variable to this norm (None or 0: off)"
    )
    clip_value: Optional[float] = number(
        None, NOT_NEGATIVE, "Clip each element of the gradients to this size (None or 0: off)"
    )
    global_clip_norm: Optional[float] = number(
        None, NOT_NEGATIVE, "Clip all gradients together to this norm (None or 0: off)", spellings=("clip_global_norm",)
    )

    @abstractmethod
    def create(self) -> OptimizerAndArgs:
        """Return the class of the keras optimizer and its arguments, without the learning rate.

        Raises:
            UserValueError: If several kinds of clipping are set, or one is negative.
        """

    def clip_kwargs(self) -> Dict[str, float]:
        """Return the clipping as arguments of a keras optimizer."""
        fields = {"clip_norm": "clipnorm", "clip_value": "clipvalue", "global_clip_norm": "global_clipnorm"}
        values = {name: getattr(self, name) for name in fields if getattr(self, name)}
        if len(values) > 1:
            raise UserValueError(
                "Only one kind of gradient clipping can be used.",
                where="optimizer",
                expected="one of them",
                got=", ".join(f"{name}={value}" for name, value in values.items()),
                hint=f"leave --optimizer.{' or --optimizer.'.join(values)} out.",
            )
        for name, value in values.items():
            if value < 0:
                raise UserValueError(
                    "A gradient can not be clipped to a negative value.",
                    where=f"optimizer.{name}",
                    expected="a positive number, or 0 or None to switch it off",
                    got=str(value),
                )
        return {fields[name]: float(value) for name, value in values.items()}


@dataclass
class KerasOptimizerParams(OptimizerParams, ABC):
    """Base of the optimizers below: a class, its arguments, and the clipping."""

    @abstractmethod
    def optimizer_cls(self) -> Type["Optimizer"]:
        """Return the class of the keras optimizer."""

    @abstractmethod
    def optimizer_kwargs(self) -> Dict[str, Any]:
        """Return the arguments of the keras optimizer besides clipping and learning rate."""

    def create(self) -> OptimizerAndArgs:
        """Return the class of the keras optimizer and its arguments, without the learning rate."""
        return self.optimizer_cls(), {**self.optimizer_kwargs(), **self.clip_kwargs()}
