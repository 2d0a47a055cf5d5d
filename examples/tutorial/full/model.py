# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Model of the full tutorial: the different forms of losses and metrics, on one simple task."""

from collections.abc import Callable
from typing import Any, Dict, List, Optional, Tuple

import keras
import tensorflow as tf

from examples.tutorial.full.params import TutorialModelParams
from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.model.modelbase import ModelBase
from tfaip.util.tftyping import AnyTensor

Tensors = Dict[str, AnyTensor]


class RightAnswers(keras.metrics.Metric):
    """A metric of one's own: the share of samples whose class was found."""

    def __init__(self, name: str, **kwargs: Any):
        super().__init__(name=name, **kwargs)
        self.right = self.add_weight(name="right", initializer="zeros")
        self.total = self.add_weight(name="total", initializer="zeros")

    def update_state(self, y_true: AnyTensor, y_pred: AnyTensor, sample_weight: Optional[AnyTensor] = None) -> None:
        right = tf.cast(tf.equal(tf.cast(tf.squeeze(y_true, -1), y_pred.dtype), y_pred), tf.float32)
        weight = tf.ones_like(right) if sample_weight is None else tf.cast(sample_weight, tf.float32)
        self.right.assign_add(tf.reduce_sum(right * weight))
        self.total.assign_add(tf.reduce_sum(weight))

    def result(self) -> AnyTensor:
        return tf.math.divide_no_nan(tf.convert_to_tensor(self.right), tf.convert_to_tensor(self.total))


class TutorialModel(ModelBase[TutorialModelParams]):
    """The same loss twice and the same metric three times, each time written in another way."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True, name="keras_loss")
        self.accuracy = keras.metrics.Accuracy(name="acc")
        self.custom_accuracy = RightAnswers(name="custom_acc")
        self.raw_accuracy = keras.metrics.Mean(name="raw_acc")

    def _loss(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> Tensors:
        gt, logits = targets["gt"], outputs["logits"]
        return {
            # an object of keras.losses that is called,
            "keras_loss": self.cross_entropy(gt, logits),
            # or any tensor: one value for each sample, of which the mean is taken
            "raw_loss": keras.losses.sparse_categorical_crossentropy(gt, logits, from_logits=True),
        }

    def _loss_weights(self) -> Optional[Dict[str, float]]:
        return {"keras_loss": 0.5, "raw_loss": 0.5}

    def _metric(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> List[AnyTensor]:
        gt, predicted = targets["gt"], outputs["class"]
        is_right = tf.cast(tf.equal(tf.cast(tf.squeeze(gt, -1), predicted.dtype), predicted), tf.float32)
        return [
            # a metric of Keras,
            self.accuracy(gt, predicted),
            # one of your own,
            self.custom_accuracy(gt, predicted),
            # or the mean of a value that is computed here
            self.raw_accuracy(is_right),
        ]

    def _best_logging_settings(self) -> Tuple[str, str]:
        return "max", "acc"

    def _print_evaluate(self, sample: Sample, data: DataBase, print_fn: Callable[[str], None] = print) -> None:
        target, predicted = sample.targets["gt"][0], sample.outputs["class"]
        sign = "==" if predicted == target else "!="
        print_fn(f"PRED/GT: {predicted} {sign} {target} (p = {sample.outputs['pred'][predicted]:.3f})")
