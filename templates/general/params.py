# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the scenario. Do not import TensorFlow here: worker processes and ``--help`` load this module."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip import DataBaseParams, DataGeneratorParams, ModelBaseParams, ScenarioBaseParams, TrainerPipelineParams
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams
from tfaip.params.ranges import Range

if TYPE_CHECKING:
    from .data import TemplateData
    from .generator import TemplateGenerator
    from .graphs import TemplateGraph
    from .model import TemplateModel
    from .processor import TemplateProcessor


@pai_dataclass
@dataclass
class TemplateGeneratorParams(DataGeneratorParams):
    """Where samples come from. Replace: typically paths of files."""

    n_samples: int = field(default=1000, metadata=pai_meta(help="Number of points"))
    seed: int = field(default=1, metadata=pai_meta(help="Seed of the points"))

    @staticmethod
    def cls() -> Type["TemplateGenerator"]:
        from .generator import TemplateGenerator

        return TemplateGenerator


@pai_dataclass
@dataclass
class TemplateProcessorParams(DataProcessorParams):
    """One step from what the generator yields to what the graph expects."""

    scale: float = field(default=1.0, metadata=pai_meta(help="Factor of the coordinates"))

    @staticmethod
    def cls() -> Type["TemplateProcessor"]:
        from .processor import TemplateProcessor

        return TemplateProcessor


@pai_dataclass
@dataclass
class TemplateDataParams(DataBaseParams):
    """Parameters that describe the data as a whole, for instance a codec or the size of images."""

    @staticmethod
    def cls() -> Type["TemplateData"]:
        from .data import TemplateData

        return TemplateData


@pai_dataclass
@dataclass
class TemplateModelParams(ModelBaseParams):
    """Parameters of the network."""

    nodes: List[int] = field(
        default_factory=lambda: [32, 32],
        metadata={**pai_meta(help="Size of each hidden layer"), "range": Range(minimum=1)},
    )

    @staticmethod
    def cls() -> Type["TemplateModel"]:
        from .model import TemplateModel

        return TemplateModel

    def graph_cls(self) -> Type["TemplateGraph"]:
        from .graphs import TemplateGraph

        return TemplateGraph


@pai_dataclass
@dataclass
class TemplateScenarioParams(ScenarioBaseParams[TemplateDataParams, TemplateModelParams]):
    """The scenario is made of these data and this model."""


@pai_dataclass
@dataclass
class TemplateTrainerPipelineParams(TrainerPipelineParams[TemplateGeneratorParams, TemplateGeneratorParams]):
    """Training and validation each have a generator of their own: ``--train.seed 1 --val.seed 2``."""
