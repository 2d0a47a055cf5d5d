# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the scenario. Do not import TensorFlow here: worker processes and ``--help`` load this module."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip import DataBaseParams, ModelBaseParams, ScenarioBaseParams
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams
from tfaip.params.ranges import Range

if TYPE_CHECKING:
    from .data import TemplateData
    from .graphs import TemplateGraph
    from .model import TemplateModel
    from .processor import LoadProcessor


@pai_dataclass
@dataclass
class LoadProcessorParams(DataProcessorParams):
    """Loads the file that a line of a list names."""

    @staticmethod
    def cls() -> Type["LoadProcessor"]:
        from .processor import LoadProcessor

        return LoadProcessor


@pai_dataclass
@dataclass
class TemplateDataParams(DataBaseParams):
    """Parameters that describe the data as a whole."""

    length: int = field(default=4, metadata=pai_meta(help="Number of values in a file"))

    @staticmethod
    def cls() -> Type["TemplateData"]:
        from .data import TemplateData

        return TemplateData


@pai_dataclass
@dataclass
class TemplateModelParams(ModelBaseParams):
    """Parameters of the network."""

    nodes: int = field(default=16, metadata={**pai_meta(help="Size of the hidden layer"), "range": Range(minimum=1)})

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
