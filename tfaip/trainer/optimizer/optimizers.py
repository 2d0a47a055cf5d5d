# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the optimizers of tfaip 1.2, and the list of all.

Each class tells which keras optimizer it stands for and with which arguments; the trainer adds the learning rate.
The module imports neither TensorFlow nor Keras before an optimizer is created.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.trainer.optimizer.keras3params import (
    AdafactorOptimizer,
    AdamWOptimizer,
    LionOptimizer,
    MuonOptimizer,
    NadamOptimizer,
)
from tfaip.trainer.optimizer.optimizerparams import (
    DECAY_RATE,
    FINITE,
    NOT_NEGATIVE,
    SHARE,
    KerasOptimizerParams,
    OptimizerParams,
    number,
)
from tfaip.util.errors import UserValueError

if TYPE_CHECKING:
    from keras.optimizers import Optimizer

__all__ = [
    "DEFAULT_OPTIMIZERS",
    "AdaBeliefOptimizer",
    "AdamOptimizer",
    "AdamaxOptimizer",
    "LAMBOptimizer",
    "OptimizerParams",
    "RMSpropOptimizer",
    "SGDOptimizer",
]


@pai_dataclass(alt="Adam")
@dataclass
class AdamOptimizer(KerasOptimizerParams):
    """Adam, with decoupled weight decay (AdamW) if ``weight_decay`` is positive.

    A step takes ``weight_decay * lr(step) / lr`` of each weight away, where ``lr`` is the base rate of the schedule:
    the decay follows the schedule, but does not depend on the size of the base rate.
    """

    beta_1: float = number(0.9, DECAY_RATE, "Decay rate of the first moment", spellings=("beta1",))
    beta_2: float = number(0.999, DECAY_RATE, "Decay rate of the second moment")
    epsilon: float = number(1e-7, NOT_NEGATIVE, "Added to the denominator for stability")
    weight_decay: float = number(
        0.0, NOT_NEGATIVE, "Decoupled weight decay per step, scaled with the learning rate schedule"
    )

    def optimizer_cls(self) -> Type["Optimizer"]:
        """Return Adam, or its subclass with weight decay."""
        import keras

        from tfaip.trainer.optimizer.decoupled_weight_decay import AdamWeightDecay

        return AdamWeightDecay if self.weight_decay else keras.optimizers.Adam

    def optimizer_kwargs(self) -> Dict[str, Any]:
        """Return the arguments of Adam."""
        kwargs = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {**kwargs, **_weight_decay_kwargs(self.weight_decay)}


@pai_dataclass(alt="Adamax")
@dataclass
class AdamaxOptimizer(AdamOptimizer):
    """Adamax (Adam with the infinity norm), with decoupled weight decay as in :class:`AdamOptimizer`."""

    def optimizer_cls(self) -> Type["Optimizer"]:
        """Return Adamax, or its subclass with weight decay."""
        import keras

        from tfaip.trainer.optimizer.decoupled_weight_decay import AdamaxWeightDecay

        return AdamaxWeightDecay if self.weight_decay else keras.optimizers.Adamax


@pai_dataclass(alt="RMSprop")
@dataclass
class RMSpropOptimizer(KerasOptimizerParams):
    """RMSprop."""

    momentum: float = number(0.0, SHARE, "Momentum")
    epsilon: float = number(1e-7, NOT_NEGATIVE, "Added to the denominator for stability")
    rho: float = number(0.9, DECAY_RATE, "Decay rate of the average of the squared gradients", spellings=("beta1",))
    centered: bool = field(
        default=False, metadata=pai_meta(help="Normalize by the variance instead of the second moment of the gradients")
    )

    def optimizer_cls(self) -> Type["Optimizer"]:
        """Return RMSprop."""
        import keras

        return keras.optimizers.RMSprop

    def optimizer_kwargs(self) -> Dict[str, Any]:
        """Return the arguments of RMSprop."""
        return {"momentum": self.momentum, "epsilon": self.epsilon, "rho": self.rho, "centered": self.centered}


@pai_dataclass(alt="SGD")
@dataclass
class SGDOptimizer(KerasOptimizerParams):
    """Stochastic gradient descent, with decoupled weight decay (SGDW) if ``weight_decay`` is positive."""

    momentum: float = number(0.0, SHARE, "Momentum")
    nesterov: bool = field(default=False, metadata=pai_meta(help="Use Nesterov's momentum"))
    weight_decay: float = number(
        0.0, NOT_NEGATIVE, "Decoupled weight decay per step, scaled with the learning rate schedule"
    )

    def optimizer_cls(self) -> Type["Optimizer"]:
        """Return SGD, or its subclass with weight decay."""
        import keras

        from tfaip.trainer.optimizer.decoupled_weight_decay import SGDWeightDecay

        return SGDWeightDecay if self.weight_decay else keras.optimizers.SGD

    def optimizer_kwargs(self) -> Dict[str, Any]:
        """Return the arguments of SGD."""
        return {
            "momentum": self.momentum,
            "nesterov": self.nesterov,
            **_weight_decay_kwargs(self.weight_decay),
        }


@pai_dataclass(alt="AdaBelief")
@dataclass
class AdaBeliefOptimizer(KerasOptimizerParams):
    """AdaBelief: Adam whose step is scaled by how far a gradient is from its running mean."""

    beta_1: float = number(0.9, DECAY_RATE, "Decay rate of the first moment", spellings=("beta1",))
    beta_2: float = number(0.999, DECAY_RATE, "Decay rate of the second moment")
    epsilon: float = number(1e-14, NOT_NEGATIVE, "Added to the denominator for stability")
    weight_decay: float = number(
        0.0, NOT_NEGATIVE, "Decoupled weight decay; a step takes lr * weight_decay of a weight away"
    )
    rectify: bool = field(default=True, metadata=pai_meta(help="Rectify the step by its variance as RAdam does"))
    amsgrad: bool = field(default=False, metadata=pai_meta(help="Use the maximum of the past second moments"))
    sma_threshold: float = number(5.0, FINITE, "Length of the moving average from which on the rectified step is used")
    total_steps: int = number(0, NOT_NEGATIVE, "Steps of the optimizer's own warm-up and linear decay (0: off)")
    warmup_proportion: float = number(0.1, SHARE, "Share of total_steps that warms up")
    min_lr: float = number(0.0, NOT_NEGATIVE, "Learning rate after total_steps")

    def optimizer_cls(self) -> Type["Optimizer"]:
        """Return AdaBelief."""
        from tfaip.trainer.optimizer.adabelief import AdaBelief

        return AdaBelief

    def optimizer_kwargs(self) -> Dict[str, Any]:
        """Return the arguments of AdaBelief."""
        return {
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "decoupled_weight_decay": self.weight_decay,
            "rectify": self.rectify,
            "amsgrad": self.amsgrad,
            "sma_threshold": self.sma_threshold,
            "total_steps": self.total_steps,
            "warmup_proportion": self.warmup_proportion,
            "min_lr": self.min_lr,
        }


@pai_dataclass(alt="LAMB")
@dataclass
class LAMBOptimizer(KerasOptimizerParams):
    """LAMB: Adam with a step per layer that is proportional to the norm of the layer's weights."""

    beta_1: float = number(0.9, DECAY_RATE, "Decay rate of the first moment", spellings=("beta1",))
    beta_2: float = number(0.999, DECAY_RATE, "Decay rate of the second moment")
    epsilon: float = number(1e-6, NOT_NEGATIVE, "Added to the denominator for stability")
    weight_decay: float = number(0.0, NOT_NEGATIVE, "Weight decay, part of the update that the layer's norm scales")
    exclude_from_weight_decay: Optional[List[str]] = field(
        default=None, metadata=pai_meta(help="Regular expressions, found in the paths of the variables without decay")
    )
    exclude_from_layer_adaptation: Optional[List[str]] = field(
        default=None,
        metadata=pai_meta(
            help="Regular expressions, found in the paths of the variables whose step is not scaled by their norm "
            "(None: as exclude_from_weight_decay)"
        ),
    )

    def optimizer_cls(self) -> Type["Optimizer"]:
        """Return LAMB."""
        from tfaip.trainer.optimizer.lamb import LAMB

        return LAMB

    def optimizer_kwargs(self) -> Dict[str, Any]:
        """Return the arguments of LAMB."""
        return {
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "update_weight_decay": self.weight_decay,
            "exclude_from_weight_decay": self.exclude_from_weight_decay,
            "exclude_from_layer_adaptation": self.exclude_from_layer_adaptation,
        }


def _weight_decay_kwargs(weight_decay: float) -> Dict[str, float]:
    if weight_decay < 0:
        raise UserValueError(
            "The weight decay is negative.", where="optimizer.weight_decay", expected=">= 0", got=str(weight_decay)
        )
    return {"decoupled_weight_decay": weight_decay} if weight_decay else {}


DEFAULT_OPTIMIZERS: List[Type[OptimizerParams]] = [
    AdamOptimizer,
    AdamaxOptimizer,
    RMSpropOptimizer,
    SGDOptimizer,
    AdaBeliefOptimizer,
    LAMBOptimizer,
    AdamWOptimizer,
    NadamOptimizer,
    LionOptimizer,
    MuonOptimizer,
    AdafactorOptimizer,
]
