# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Model of the scenario: losses, metrics, and what counts as the best model."""

from collections.abc import Callable
from typing import Any, Dict, List, Tuple

import keras

from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.model.modelbase import ModelBase
from tfaip.util.tftyping import AnyTensor

from .params import TemplateModelParams

Tensors = Dict[str, AnyTensor]


class TemplateModel(ModelBase[TemplateModelParams]):
    """Replace: the hooks get the dictionaries of the data and of the graph."""

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
        print_fn(f"{sample.meta['path']}: {sample.outputs['class']} (target {sample.targets['gt'][0]})")
