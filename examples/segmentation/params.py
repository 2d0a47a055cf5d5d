# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the segmentation; like all parameter modules it does not import TensorFlow."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from examples.segmentation.data.params import SceneGeneratorParams, SegmentationDataParams
from examples.segmentation.graphs.params import ConvolutionsEncoderParams, EfficientNetEncoderParams, EncoderParams
from tfaip import ModelBaseParams, ScenarioBaseParams, TrainerPipelineParamsBase
from tfaip.params.ranges import Range

if TYPE_CHECKING:
    from examples.segmentation.graphs.graph import SegmentationGraph
    from examples.segmentation.model import SegmentationModel


@pai_dataclass
@dataclass
class SegmentationModelParams(ModelBaseParams):
    """Parameters of the model."""

    n_classes: int = field(
        default=5, metadata=pai_meta(mode="ignore", help="Classes without the background, set from the cut-outs")
    )
    encoder: EncoderParams = field(
        default_factory=EfficientNetEncoderParams,
        metadata=pai_meta(
            choices=[EfficientNetEncoderParams, ConvolutionsEncoderParams], help="From the image to its features"
        ),
    )
    decoder_filters: List[int] = field(
        default_factory=lambda: [64, 48, 32, 16],
        metadata={
            **pai_meta(help="Filters of each step of the decoder, from the coarsest on"),
            "range": Range(minimum=1),
        },
    )

    @staticmethod
    def cls() -> Type["SegmentationModel"]:
        from examples.segmentation.model import SegmentationModel

        return SegmentationModel

    def graph_cls(self) -> Type["SegmentationGraph"]:
        from examples.segmentation.graphs.graph import SegmentationGraph

        return SegmentationGraph


@pai_dataclass
@dataclass
class SegmentationScenarioParams(ScenarioBaseParams[SegmentationDataParams, SegmentationModelParams]):
    """The scenario is made of these data and this model."""

    def __post_init__(self) -> None:
        if self.data.classes:
            self.model.n_classes = len(self.data.classes)


@pai_dataclass
@dataclass
class SegmentationTrainerPipelineParams(TrainerPipelineParamsBase[SceneGeneratorParams, SceneGeneratorParams]):
    """One source of scenes serves training and validation, so its flags are written once: ``--train_val.cutouts``."""

    train_val: SceneGeneratorParams = field(
        default_factory=SceneGeneratorParams,
        metadata=pai_meta(mode="flat", help="The scenes of training and validation"),
    )

    def train_gen(self) -> SceneGeneratorParams:
        return self.train_val

    def val_gen(self) -> Optional[SceneGeneratorParams]:
        return self.train_val
