# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the full tutorial; like all parameter modules it does not import TensorFlow."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from examples.tutorial.full.data.params import TutorialDataParams, TutorialTrainingGeneratorParams
from examples.tutorial.full.graphs.params import ConvGraphParams, GraphParams, MLPGraphParams
from tfaip import ModelBaseParams, ScenarioBaseParams, TrainerPipelineParamsBase

if TYPE_CHECKING:
    from examples.tutorial.full.graphs.tutorialgraph import TutorialGraph
    from examples.tutorial.full.model import TutorialModel


@pai_dataclass
@dataclass
class TutorialModelParams(ModelBaseParams):
    """Parameters of the model."""

    n_classes: int = field(default=10, metadata=pai_meta(help="Number of classes of the data set"))
    graph: GraphParams = field(
        default_factory=MLPGraphParams,
        metadata=pai_meta(help="The hidden layers of the network", choices=[MLPGraphParams, ConvGraphParams]),
    )

    @staticmethod
    def cls() -> Type["TutorialModel"]:
        from examples.tutorial.full.model import TutorialModel

        return TutorialModel

    def graph_cls(self) -> Type["TutorialGraph"]:
        from examples.tutorial.full.graphs.tutorialgraph import TutorialGraph

        return TutorialGraph


@pai_dataclass
@dataclass
class TutorialScenarioParams(ScenarioBaseParams[TutorialDataParams, TutorialModelParams]):
    """The scenario is made of these data and this model."""


@pai_dataclass
@dataclass
class TutorialTrainerPipelineParams(
    TrainerPipelineParamsBase[TutorialTrainingGeneratorParams, TutorialTrainingGeneratorParams]
):
    """One generator serves training and validation, so its flags are written once: ``--train_val.dataset``."""

    train_val: TutorialTrainingGeneratorParams = field(
        default_factory=TutorialTrainingGeneratorParams,
        metadata=pai_meta(mode="flat", help="The data of training and validation"),
    )

    def train_gen(self) -> TutorialTrainingGeneratorParams:
        return self.train_val

    def val_gen(self) -> Optional[TutorialTrainingGeneratorParams]:
        return self.train_val
