# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the encoders that ``--model.encoder`` chooses from."""

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.model.layerbaseparams import LayerBaseParams
from tfaip.params.ranges import Range

if TYPE_CHECKING:
    from examples.segmentation.graphs.encoders import ConvolutionsEncoder, EfficientNetEncoder, Encoder


@pai_dataclass
@dataclass
class EncoderParams(LayerBaseParams):
    """Base of all choices."""

    @abstractmethod
    def n_resolutions(self) -> int:
        """Return how many features the encoder computes, each of half of the resolution of the one before."""
        raise NotImplementedError

    @staticmethod
    @abstractmethod
    def cls() -> Type["Encoder"]:
        raise NotImplementedError


@pai_dataclass(alt="EfficientNet")
@dataclass
class EfficientNetEncoderParams(EncoderParams):
    """EfficientNet-Lite0, pretrained on ImageNet: ``--model.encoder EfficientNet``."""

    pretrained: bool = field(
        default=True,
        metadata=pai_meta(help="Begin with the weights of ImageNet, unless --warmstart.model names others"),
    )
    frozen: bool = field(
        default=True,
        metadata=pai_meta(help="Train the decoder only, unless --trainer.no_train_scope says something else"),
    )

    def n_resolutions(self) -> int:
        return 5

    @staticmethod
    def cls() -> Type["EfficientNetEncoder"]:
        from examples.segmentation.graphs.encoders import EfficientNetEncoder

        return EfficientNetEncoder


@pai_dataclass(alt="Convolutions")
@dataclass
class ConvolutionsEncoderParams(EncoderParams):
    """Convolutions that are trained from scratch: ``--model.encoder Convolutions``."""

    filters: List[int] = field(
        default_factory=lambda: [16, 32, 64, 96],
        metadata={
            **pai_meta(help="Filters of each convolution, which halves the resolution"),
            "range": Range(minimum=1),
        },
    )

    def n_resolutions(self) -> int:
        return len(self.filters)

    @staticmethod
    def cls() -> Type["ConvolutionsEncoder"]:
        from examples.segmentation.graphs.encoders import ConvolutionsEncoder

        return ConvolutionsEncoder
