# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""New layers on a pretrained backbone."""

from typing import Any, Dict, Optional

import keras

from examples.imageclassification.graphs.classifier import Classifier
from examples.imageclassification.graphs.efficientnet import EfficientNetLite0
from examples.imageclassification.params import TransferModelParams
from tfaip.model.graphbase import GraphBase
from tfaip.util.tftyping import AnyTensor


class TransferGraph(GraphBase[TransferModelParams]):
    """The mean of the features of the backbone over the image, then the classifier."""

    def __init__(self, params: TransferModelParams, name: str = "ic", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.backbone = EfficientNetLite0(name="backbone")
        self.mean = keras.layers.GlobalAveragePooling2D(name="mean")
        self.classifier = Classifier(params, name="classifier")

    def build_graph(self, inputs: Dict[str, AnyTensor], training: Optional[bool] = None) -> Dict[str, AnyTensor]:
        features = self.backbone(inputs["img"])
        return self.classifier(self.mean(features["head"]), training=training)
