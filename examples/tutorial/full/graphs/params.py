# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the hidden layers that ``--model.graph`` chooses from."""

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.model.layerbaseparams import LayerBaseParams
from tfaip.params.ranges import Range
from tfaip.util.errors import UserValueError

if TYPE_CHECKING:
    from examples.tutorial.full.graphs.backend import HiddenLayers
    from examples.tutorial.full.graphs.cnn import ConvGraph
    from examples.tutorial.full.graphs.mlp import MLPGraph


# of those that Keras knows; it is not asked here, since modules with parameters must not import it
ACTIVATIONS = ["relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "tanh", "sigmoid", "softplus", "linear"]


@pai_dataclass
@dataclass
class GraphParams(LayerBaseParams):
    """Base of all choices: a choice names the class of its layers."""

    activation: str = field(
        default="relu", metadata=pai_meta(choices=ACTIVATIONS, help="Activation of the hidden layers")
    )

    def __post_init__(self) -> None:
        # flags and files are checked by the choices above, this is for parameters that are set from Python
        if self.activation not in ACTIVATIONS:
            raise UserValueError(
                "There is no such activation.",
                where="model.graph.activation",
                expected=", ".join(ACTIVATIONS),
                got=repr(self.activation),
            )

    @staticmethod
    @abstractmethod
    def cls() -> Type["HiddenLayers"]:
        raise NotImplementedError


@pai_dataclass(alt="MLP")
@dataclass
class MLPGraphParams(GraphParams):
    """Dense layers on the flat image: ``--model.graph MLP``."""

    nodes: List[int] = field(
        default_factory=lambda: [200, 100],
        metadata={**pai_meta(help="Size of each dense layer"), "range": Range(minimum=1)},
    )

    @staticmethod
    def cls() -> Type["MLPGraph"]:
        from examples.tutorial.full.graphs.mlp import MLPGraph

        return MLPGraph


@pai_dataclass(alt="CNN")
@dataclass
class ConvGraphParams(GraphParams):
    """Convolutions with pooling, then dense layers: ``--model.graph CNN``."""

    filters: List[int] = field(
        default_factory=lambda: [16, 32],
        metadata={**pai_meta(help="Number of filters of each convolution"), "range": Range(minimum=1)},
    )
    dense: List[int] = field(
        default_factory=lambda: [128],
        metadata={**pai_meta(help="Size of each dense layer behind the convolutions"), "range": Range(minimum=1)},
    )

    @staticmethod
    def cls() -> Type["ConvGraph"]:
        from examples.tutorial.full.graphs.cnn import ConvGraph

        return ConvGraph
