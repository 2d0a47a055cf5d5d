# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the text recognition; like all parameter modules it does not import TensorFlow."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Type

from paiargparse import pai_dataclass, pai_meta

from examples.atr.data.params import AtrDataParams, AtrGeneratorParams
from tfaip import ModelBaseParams, ScenarioBaseParams, TrainerPipelineParams
from tfaip.params.ranges import Range

if TYPE_CHECKING:
    from examples.atr.graphs.atrgraph import AtrGraph
    from examples.atr.model import AtrModel


@pai_dataclass
@dataclass
class AtrModelParams(ModelBaseParams):
    """Parameters of the network: convolutions, then LSTMs in both directions."""

    conv_filters: List[int] = field(
        default_factory=lambda: [24, 48, 64],
        metadata={
            **pai_meta(
                help="Number of filters of each convolution. Each of them halves the height, the first two the "
                "width, too"
            ),
            "range": Range(minimum=1),
        },
    )
    features: int = field(
        default=64,
        metadata={
            **pai_meta(help="Number of features that the LSTMs get for each position"),
            "range": Range(minimum=1),
        },
    )
    lstm_nodes: List[int] = field(
        default_factory=lambda: [96],
        metadata={**pai_meta(help="Number of nodes of each LSTM, for each direction"), "range": Range(minimum=1)},
    )
    dropout: float = field(
        default=0.1,
        metadata={**pai_meta(help="Share of the features that are dropped"), "range": Range(minimum=0, below=1)},
    )

    @staticmethod
    def cls() -> Type["AtrModel"]:
        from examples.atr.model import AtrModel

        return AtrModel

    def graph_cls(self) -> Type["AtrGraph"]:
        from examples.atr.graphs.atrgraph import AtrGraph

        return AtrGraph


@pai_dataclass
@dataclass
class AtrScenarioParams(ScenarioBaseParams[AtrDataParams, AtrModelParams]):
    """The scenario is made of these data and this model."""


@pai_dataclass
@dataclass
class AtrTrainerPipelineParams(TrainerPipelineParams[AtrGeneratorParams, AtrGeneratorParams]):
    """Lines for training and validation: ``--train.image_files``, ``--train.lists``, ``--val.lists``, ..."""
