# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the data; like all parameter modules it does not import TensorFlow."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Set, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip import DataBaseParams, DataGeneratorParams, PipelineMode
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams
from tfaip.params.ranges import Range

if TYPE_CHECKING:
    from examples.segmentation.data.compose import ComposeProcessor
    from examples.segmentation.data.data import SegmentationData
    from examples.segmentation.data.generator import SceneGenerator
    from examples.segmentation.data.objects import FindObjectsProcessor


@pai_dataclass
@dataclass
class SceneGeneratorParams(DataGeneratorParams):
    """Scenes for training and evaluation: cut-out photographs on backgrounds."""

    cutouts: str = field(
        default="",
        metadata=pai_meta(
            help="A folder of your own with a folder for each class, of images whose background is transparent"
        ),
    )
    backgrounds: str = field(default="", metadata=pai_meta(help="A folder of your own with photographs to put them on"))
    part: str = field(
        default="auto",
        metadata=pai_meta(
            choices=["auto", "train", "val", "test"],
            help="The cut-outs and backgrounds to use; auto is train in a training pipeline and val in others",
        ),
    )
    n_train: int = field(
        default=800, metadata={**pai_meta(help="Scenes in a pass over the training data"), "range": Range(minimum=1)}
    )
    n_eval: int = field(
        default=200, metadata={**pai_meta(help="Scenes of an evaluation, always the same"), "range": Range(minimum=1)}
    )
    max_objects: int = field(
        default=4, metadata={**pai_meta(help="Objects in a scene: 1 to this number"), "range": Range(minimum=1)}
    )

    @staticmethod
    def cls() -> Type["SceneGenerator"]:
        from examples.segmentation.data.generator import SceneGenerator

        return SceneGenerator


@pai_dataclass
@dataclass
class ComposeProcessorParams(DataProcessorParams):
    """Draw a scene, or read an image file."""

    smallest: float = field(
        default=0.25,
        metadata={**pai_meta(help="Longest side of the smallest object, as share of the scene"), "range": Range(0, 1)},
    )
    largest: float = field(
        default=0.6,
        metadata={**pai_meta(help="Longest side of the largest object, as share of the scene"), "range": Range(0, 1)},
    )
    rotate: float = field(
        default=20.0, metadata={**pai_meta(help="Largest angle of an object in degrees"), "range": Range(minimum=0)}
    )

    @staticmethod
    def cls() -> Type["ComposeProcessor"]:
        from examples.segmentation.data.compose import ComposeProcessor

        return ComposeProcessor


@pai_dataclass
@dataclass
class FindObjectsProcessorParams(DataProcessorParams):
    """Find objects in what the network says about each pixel."""

    modes: Set[PipelineMode] = field(
        default_factory=lambda: {PipelineMode.EVALUATION, PipelineMode.PREDICTION},
        metadata=pai_meta(help="The modes of pipelines that the processor runs in"),
    )
    min_area: float = field(
        default=0.004,
        metadata={
            **pai_meta(help="Leave out objects that are smaller than this share of the image"),
            "range": Range(0, 1),
        },
    )

    @staticmethod
    def cls() -> Type["FindObjectsProcessor"]:
        from examples.segmentation.data.objects import FindObjectsProcessor

        return FindObjectsProcessor


@pai_dataclass
@dataclass
class SegmentationDataParams(DataBaseParams):
    """What images and classes look like; the processors read it, too."""

    classes: List[str] = field(
        default_factory=list,
        metadata=pai_meta(help="Names of the classes; by default those of the folders of cut-outs"),
    )
    image_size: int = field(
        default=160,
        metadata={**pai_meta(help="Side of the square images, a multiple of 32"), "range": Range(minimum=32)},
    )

    @staticmethod
    def cls() -> Type["SegmentationData"]:
        from examples.segmentation.data.data import SegmentationData

        return SegmentationData
