# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the minimal tutorial; this module does not import TensorFlow, so that ``--help`` is quick."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip import DataBaseParams, DataGeneratorParams, ModelBaseParams, ScenarioBaseParams, TrainerPipelineParamsBase

if TYPE_CHECKING:
    from examples.tutorial.min.data import TutorialData, TutorialDataGenerator
    from examples.tutorial.min.graphs import TutorialGraph
    from examples.tutorial.min.model import TutorialModel


@pai_dataclass
@dataclass
class TutorialDataGeneratorParams(DataGeneratorParams):
    """Where the digits come from."""

    dataset: str = field(default="mnist", metadata=pai_meta(help="The data set to learn: mnist or fashion_mnist"))

    @staticmethod
    def cls() -> Type["TutorialDataGenerator"]:
        from examples.tutorial.min.data import TutorialDataGenerator

        return TutorialDataGenerator


@pai_dataclass
@dataclass
class TutorialDataParams(DataBaseParams):
    """Parameters of the data: nothing of its own."""

    @staticmethod
    def cls() -> Type["TutorialData"]:
        from examples.tutorial.min.data import TutorialData

        return TutorialData


@pai_dataclass
@dataclass
class TutorialModelParams(ModelBaseParams):
    """Parameters of the network."""

    n_classes: int = field(default=10, metadata=pai_meta(help="Number of classes of the data set"))

    @staticmethod
    def cls() -> Type["TutorialModel"]:
        from examples.tutorial.min.model import TutorialModel

        return TutorialModel

    def graph_cls(self) -> Type["TutorialGraph"]:
        from examples.tutorial.min.graphs import TutorialGraph

        return TutorialGraph


@pai_dataclass
@dataclass
class TutorialScenarioParams(ScenarioBaseParams[TutorialDataParams, TutorialModelParams]):
    """The scenario is made of these data and this model."""


@pai_dataclass
@dataclass
class TutorialTrainerPipelineParams(
    TrainerPipelineParamsBase[TutorialDataGeneratorParams, TutorialDataGeneratorParams]
):
    """One generator serves both: it yields the training images or the test images, depending on the mode."""

    train_val: TutorialDataGeneratorParams = field(
        default_factory=TutorialDataGeneratorParams,
        metadata=pai_meta(mode="flat", help="The data of training and validation"),
    )

    def train_gen(self) -> TutorialDataGeneratorParams:
        return self.train_val

    def val_gen(self) -> Optional[TutorialDataGeneratorParams]:
        return self.train_val
