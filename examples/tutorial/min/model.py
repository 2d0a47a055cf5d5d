# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Model of the minimal tutorial: what is minimised, what is measured, what is printed."""

from collections.abc import Callable
from typing import Any, Dict, List, Tuple

import keras

from examples.tutorial.min.params import TutorialModelParams
from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.model.modelbase import ModelBase
from tfaip.util.tftyping import AnyTensor


class TutorialModel(ModelBase[TutorialModelParams]):
    """Cross entropy as loss, the share of right answers as metric."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True, name="loss")
        self.accuracy = keras.metrics.Accuracy(name="acc")

    def _loss(
        self, inputs: Dict[str, AnyTensor], targets: Dict[str, AnyTensor], outputs: Dict[str, AnyTensor]
    ) -> Dict[str, AnyTensor]:
        return {"ce": self.cross_entropy(targets["gt"], outputs["logits"])}

    def _metric(
        self, inputs: Dict[str, AnyTensor], targets: Dict[str, AnyTensor], outputs: Dict[str, AnyTensor]
    ) -> List[AnyTensor]:
        return [self.accuracy(targets["gt"], outputs["class"])]

    def _best_logging_settings(self) -> Tuple[str, str]:
        return "max", "acc"

    def _print_evaluate(self, sample: Sample, data: DataBase, print_fn: Callable[[str], None] = print) -> None:
        target, predicted = sample.targets["gt"][0], sample.outputs["class"]
        sign = "==" if predicted == target else "!="
        print_fn(f"PRED/GT: {predicted} {sign} {target} (p = {sample.outputs['pred'][predicted]:.3f})")
