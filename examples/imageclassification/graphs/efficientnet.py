# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""EfficientNet-Lite0 (Tan and Le 2019, the variant for small machines): a backbone that turns images into features."""

from dataclasses import dataclass
from typing import Any, Dict, List

import keras
import tensorflow as tf

from tfaip.model.layerbase import TFAIPLayerBase
from tfaip.util.tftyping import AnyTensor


@dataclass(frozen=True)
class Stage:
    """Blocks of the same kind, of which the first one may halve the resolution."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    filters: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)
STEM_FILTERS = 32
HEAD_FILTERS = 1280
_EPSILON = 1e-3


class EfficientNetLite0(TFAIPLayerBase):
    """The network without its classifier.

    Its batch normalisations always use the statistics that they were pretrained with: those of a few images would be
    worse.

    Args:
        with_head: Add the last, widest layer, which classifiers want.
    """

    def __init__(self, with_head: bool = True, **kwargs: Any):
        super().__init__(**kwargs)
        self.stem = ConvNorm(STEM_FILTERS, 3, stride=2, name="stem")
        self.blocks: List[Block] = []
        filters = STEM_FILTERS
        for stage in STAGES:
            for i in range(stage.repeats):
                stride = stage.stride if i == 0 else 1
                self.blocks.append(Block(stage, filters, stride, name=f"block_{len(self.blocks)}"))
                filters = stage.filters
        self.head = ConvNorm(HEAD_FILTERS, 1, name="head") if with_head else None

    def call(self, images: AnyTensor) -> Dict[str, AnyTensor]:
        """Compute the features.

        Args:
            images: Bytes of shape [batch, H, W, 3].

        Returns:
            ``"2"``, ``"4"``, ``"8"``, ``"16"``, ``"32"``: the last features of the resolution that is so many times
            smaller than the image's; ``"head"``: 1280 features for each place of the smallest one.
        """
        x = self.stem((tf.cast(images, "float32") - 127) / 128)
        features, scale = {}, 2
        for block in self.blocks:
            scale *= block.stride
            x = block(x)
            features[str(scale)] = x
        return features if self.head is None else {**features, "head": self.head(x)}


class Block(TFAIPLayerBase):
    """Widen, look around in each channel, narrow; the input is added where the shape allows it."""

    def __init__(self, stage: Stage, filters: int, stride: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.stride = stride
        self.is_residual = stride == 1 and filters == stage.filters
        self.expand = ConvNorm(filters * stage.expansion, 1, name="expand") if stage.expansion > 1 else None
        self.depthwise = ConvNorm(None, stage.kernel, stride=stride, name="depthwise")
        self.project = ConvNorm(stage.filters, 1, activate=False, name="project")

    def call(self, inputs: AnyTensor) -> AnyTensor:
        x = inputs if self.expand is None else self.expand(inputs)
        x = self.project(self.depthwise(x))
        return x + inputs if self.is_residual else x


class ConvNorm(TFAIPLayerBase):
    """A convolution (one for each channel if there is no number of filters), batch normalisation, ReLU up to 6."""

    def __init__(self, filters: int | None, kernel: int, stride: int = 1, activate: bool = True, **kwargs: Any):
        super().__init__(**kwargs)
        self.activate = activate
        shared = {"strides": stride, "padding": "same", "use_bias": False, "name": "conv"}
        if filters is None:
            self.conv: keras.layers.Layer = keras.layers.DepthwiseConv2D(kernel, **shared)
        else:
            self.conv = keras.layers.Conv2D(filters, kernel, **shared)
        self.norm = keras.layers.BatchNormalization(epsilon=_EPSILON, name="norm")

    def call(self, inputs: AnyTensor) -> AnyTensor:
        x = self.norm(self.conv(inputs), training=False)
        return tf.nn.relu6(x) if self.activate else x
