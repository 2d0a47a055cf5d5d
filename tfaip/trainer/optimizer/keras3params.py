# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the optimizers that tfaip 1.2 did not have: those of Keras, with its names and defaults.

Their weight decay is that of Keras and of most programs: a step takes ``learning rate * weight_decay`` of a weight
away.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.params.ranges import Range
from tfaip.trainer.optimizer.optimizerparams import (
    DECAY_RATE,
    FINITE,
    NOT_NEGATIVE,
    KerasOptimizerParams,
    number,
)

if TYPE_CHECKING:
    from keras.optimizers import Optimizer

POSITIVE = Range(above=0)
_DECAY = "Decoupled weight decay; a step takes learning rate * weight_decay of a weight away"


@dataclass
class Keras3OptimizerParams(KerasOptimizerParams, ABC):
    """Base of the optimizers below: which variables do not decay. The fields are named as the arguments of Keras."""

    weight_decay: float = number(0.0, NOT_NEGATIVE, _DECAY)
    exclude_from_weight_decay: Optional[List[str]] = field(
        default=None,
        metadata=pai_meta(
            help="Regular expressions, found in the paths of the variables without decay "
            "(None: biases, and scale and offset of normalisations)"
        ),
    )

    @abstractmethod
    def own_fields(self) -> List[str]:
        """Return the names of the fields that are arguments of this optimizer only."""

    def optimizer_kwargs(self) -> Dict[str, Any]:
        """Return the arguments of the optimizer."""
        own = {name: getattr(self, name) for name in self.own_fields()}
        return {
            **own,
            "weight_decay": self.weight_decay or None,
            "no_decay_patterns": self.exclude_from_weight_decay,
        }


@dataclass
class AdamLikeParams(Keras3OptimizerParams, ABC):
    """Base of the optimizers with the two moments of Adam."""

    beta_1: float = number(0.9, DECAY_RATE, "Decay rate of the first moment", spellings=("beta1",))
    beta_2: float = number(0.999, DECAY_RATE, "Decay rate of the second moment")
    epsilon: float = number(1e-7, NOT_NEGATIVE, "Added to the denominator for stability")

    def own_fields(self) -> List[str]:
        """Return the names of the moments' fields."""
        return ["beta_1", "beta_2", "epsilon"]


@pai_dataclass(alt="AdamW")
@dataclass
class AdamWOptimizer(AdamLikeParams):
    """AdamW (I. Loshchilov, F. Hutter, https://arxiv.org/abs/1711.05101) as Keras and others have it.

    Unlike that of ``Adam``, its ``weight_decay`` is multiplied with the learning rate itself.
    """

    weight_decay: float = number(0.004, NOT_NEGATIVE, _DECAY)
    amsgrad: bool = field(default=False, metadata=pai_meta(help="Use the maximum of the past second moments"))

    def own_fields(self) -> List[str]:
        """Return the names of the arguments of AdamW."""
        return [*super().own_fields(), "amsgrad"]

    def optimizer_cls(self) -> Type["Optimizer"]:
        """Return AdamW."""
        from tfaip.trainer.optimizer.keras3 import AdamW

        return AdamW


@pai_dataclass(alt="Nadam")
@dataclass
class NadamOptimizer(AdamLikeParams):
    """Nadam: Adam with Nesterov's momentum (T. Dozat, 2016)."""

    def optimizer_cls(self) -> Type["Optimizer"]:
        """Return Nadam."""
        from tfaip.trainer.optimizer.keras3 import Nadam

        return Nadam


@pai_dataclass(alt="Lion")
@dataclass
class LionOptimizer(Keras3OptimizerParams):
    """Lion (X. Chen et al., https://arxiv.org/abs/2302.06675): steps by the sign of the momentum.

    It needs a learning rate 3 to 10 times smaller than Adam, and a weight decay as many times larger.
    """

    beta_1: float = number(
        0.9, Range(above=0, maximum=1), "Share of the momentum in the direction of a step", spellings=("beta1",)
    )
    beta_2: float = number(0.99, DECAY_RATE, "Decay rate of the momentum")

    def own_fields(self) -> List[str]:
        """Return the names of the arguments of Lion."""
        return ["beta_1", "beta_2"]

    def optimizer_cls(self) -> Type["Optimizer"]:
        """Return Lion."""
        from tfaip.trainer.optimizer.keras3 import Lion

        return Lion


@pai_dataclass(alt="Adafactor")
@dataclass
class AdafactorOptimizer(Keras3OptimizerParams):
    """Adafactor (N. Shazeer, M. Stern, https://arxiv.org/abs/1804.04235): steps relative to the size of the weights.

    The ``relative_step`` of Keras is not here, it has no effect with a schedule; the rate is at most
    ``1 / sqrt(updates)`` anyway. Keras adds 1e-30 to the squared gradients, as the paper does, but multiplies two such
    numbers for an input that is always zero and an output without gradient; the product is zero and the weight NaN.
    """

    beta_2_decay: float = number(-0.8, Range(below=0), "The second moment's decay rate is 1 - updates ** beta_2_decay")
    epsilon_1: float = number(1e-15, NOT_NEGATIVE, "Added to the squared gradients")
    epsilon_2: float = number(1e-3, NOT_NEGATIVE, "Smallest size of the weights that a step is relative to")
    clip_threshold: float = number(1.0, POSITIVE, "Largest root mean square of the update of a variable")

    def own_fields(self) -> List[str]:
        """Return the names of the arguments of Adafactor."""
        return ["beta_2_decay", "epsilon_1", "epsilon_2", "clip_threshold"]

    def optimizer_cls(self) -> Type["Optimizer"]:
        """Return Adafactor."""
        from tfaip.trainer.optimizer.keras3 import Adafactor

        return Adafactor


@pai_dataclass(alt="Muon")
@dataclass
class MuonOptimizer(Keras3OptimizerParams):
    """Muon (K. Jordan, https://github.com/KellerJordan/Muon) for matrices, AdamW for all other variables.

    The last layer should be left to AdamW, too: name it in ``exclude_layers``. With ``rms_rate`` (J. Liu et al.,
    https://arxiv.org/abs/2502.16982) learning rate and weight decay are those that fit AdamW.
    """

    weight_decay: float = number(0.004, NOT_NEGATIVE, f"{_DECAY} (matrices)")
    momentum: float = number(0.95, DECAY_RATE, "Momentum (matrices)")
    nesterov: bool = field(default=True, metadata=pai_meta(help="Use Nesterov's momentum (matrices)"))
    ns_steps: int = number(5, Range(minimum=1), "Newton-Schulz iterations that make an update orthogonal")
    rms_rate: Optional[float] = number(
        0.2, POSITIVE, "Root mean square of an update of a matrix in learning rates (None: not scaled)"
    )
    muon_a: float = number(3.4445, FINITE, "First coefficient of an iteration")
    muon_b: float = number(-4.7750, FINITE, "Second coefficient of an iteration")
    muon_c: float = number(2.0315, FINITE, "Third coefficient of an iteration")
    exclude_layers: List[str] = field(
        default_factory=list,
        metadata=pai_meta(help="Regular expressions, found in the paths of the matrices that AdamW is used for"),
    )
    exclude_embeddings: bool = field(
        default=True, metadata=pai_meta(help="Use AdamW for variables whose path names an embedding")
    )
    adam_lr_ratio: float = number(1.0, NOT_NEGATIVE, "Factor of the learning rate of AdamW")
    adam_beta_1: float = number(0.9, DECAY_RATE, "Decay rate of AdamW's first moment")
    adam_beta_2: float = number(0.999, DECAY_RATE, "Decay rate of AdamW's second moment")
    adam_weight_decay: float = number(0.004, NOT_NEGATIVE, f"{_DECAY} (AdamW)")
    epsilon: float = number(1e-7, NOT_NEGATIVE, "Added to the denominator of AdamW for stability")

    def own_fields(self) -> List[str]:
        """Return the names of the arguments of Muon."""
        matrices = ["momentum", "nesterov", "ns_steps", "rms_rate", "muon_a", "muon_b", "muon_c"]
        others = ["adam_lr_ratio", "adam_beta_1", "adam_beta_2", "adam_weight_decay", "epsilon"]
        return [*matrices, "exclude_layers", "exclude_embeddings", *others]

    def optimizer_cls(self) -> Type["Optimizer"]:
        """Return Muon."""
        from tfaip.trainer.optimizer.keras3 import Muon

        return Muon
