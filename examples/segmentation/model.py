# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Model of the segmentation: what is minimised and measured for each pixel."""

from collections.abc import Callable
from typing import Any, Dict, List, Tuple

import keras
import tensorflow as tf

from examples.segmentation.params import SegmentationModelParams
from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.model.modelbase import ModelBase
from tfaip.util.tftyping import AnyTensor

Tensors = Dict[str, AnyTensor]


class SegmentationModel(ModelBase[SegmentationModelParams]):
    """Cross entropy of the pixels, and the Dice loss, which counts a small object as much as a large one."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        n_classes = self.params.n_classes + 1
        self.cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True, name="ce")
        self.iou = keras.metrics.MeanIoU(n_classes, sparse_y_true=True, sparse_y_pred=True, name="iou")
        self.accuracy = keras.metrics.Accuracy(name="acc")

    def _loss(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> Tensors:
        truth = tf.one_hot(tf.cast(targets["mask"], "int32"), self.params.n_classes + 1)
        return {
            "ce": self.cross_entropy(targets["mask"], outputs["logits"]),
            "dice": dice_loss(truth, outputs["pred"]),
        }

    def _metric(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> List[AnyTensor]:
        return [
            self.iou(targets["mask"], outputs["class"]),
            self.accuracy(targets["mask"], outputs["class"]),
        ]

    def _best_logging_settings(self) -> Tuple[str, str]:
        return "max", "iou"

    def _print_evaluate(self, sample: Sample, data: DataBase, print_fn: Callable[[str], None] = print) -> None:
        found = ", ".join(f"{name} ({score:.2f})" for name, score in zip_objects(sample))
        print_fn(f"{int(sample.targets['instances'].max())} objects, found: {found or 'none'}")


def dice_loss(truth: AnyTensor, pred: AnyTensor) -> AnyTensor:
    """Return one value for each image: 1 minus the mean overlap of the classes that it shows.

    Args:
        truth: One-hot classes of shape [batch, H, W, classes].
        pred: Probabilities of the same shape.
    """
    common = tf.reduce_sum(truth * pred, axis=[1, 2])
    total = tf.reduce_sum(truth + pred, axis=[1, 2])
    is_there = tf.cast(tf.reduce_any(truth > 0, axis=[1, 2]), "float32")
    dice = (2 * common + 1) / (total + 1)
    return 1 - tf.reduce_sum(dice * is_there, axis=-1) / tf.reduce_sum(is_there, axis=-1)


def zip_objects(sample: Sample) -> List[Tuple[str, float]]:
    """Return name and score of each object of a post-processed sample."""
    return list(zip(sample.outputs["names"], sample.outputs["scores"], strict=True))
