# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Model of the image classification: one loss, one metric."""

from collections.abc import Callable
from typing import Any, Dict, List, Tuple

import keras

from examples.imageclassification.params import ICModelParams
from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.model.modelbase import ModelBase
from tfaip.util.tftyping import AnyTensor

Tensors = Dict[str, AnyTensor]


class ICModel(ModelBase[ICModelParams]):
    """Cross entropy, and the share of images whose class was found."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True, name="ce")
        self.accuracy = keras.metrics.Accuracy(name="acc")

    def _loss(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> Tensors:
        return {"ce": self.cross_entropy(targets["gt"], outputs["logits"])}

    def _metric(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> List[AnyTensor]:
        return [self.accuracy(targets["gt"], outputs["class"])]

    def _best_logging_settings(self) -> Tuple[str, str]:
        return "max", "acc"

    def _print_evaluate(self, sample: Sample, data: DataBase, print_fn: Callable[[str], None] = print) -> None:
        name, truth = sample.outputs["name"], sample.meta["class"]
        sign = "==" if name == truth else "!="
        print_fn(f"PRED/GT: {name} {sign} {truth} (p = {sample.outputs['pred'].max():.2f})")
