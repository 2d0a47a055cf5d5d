# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Loss, metrics, and what is printed."""

from collections.abc import Callable
from typing import Any, Dict, List, Tuple

import keras
import tensorflow as tf

from examples.text.finetuningbert.params import SentencePairModelParams
from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.model.modelbase import ModelBase
from tfaip.util.tftyping import AnyTensor

Tensors = Dict[str, AnyTensor]


class SentencePairModel(ModelBase[SentencePairModelParams]):
    """Cross entropy; the share of right answers tells the best model."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True, name="ce")
        self.accuracy = keras.metrics.Accuracy(name="acc")
        self.share_of_same = keras.metrics.Mean(name="said_same")

    def _loss(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> Tensors:
        return {"ce": self.cross_entropy(targets["gt"], outputs["logits"])}

    def _metric(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> List[AnyTensor]:
        return [
            self.accuracy(targets["gt"], outputs["class"]),
            # near 0 or 1: the classifier gives the same answer to all pairs
            self.share_of_same(tf.cast(outputs["class"], tf.float32)),
        ]

    def _best_logging_settings(self) -> Tuple[str, str]:
        return "max", "acc"

    def _print_evaluate(self, sample: Sample, data: DataBase, print_fn: Callable[[str], None] = print) -> None:
        target, predicted = sample.targets["gt"][0], sample.outputs["class"][0]
        print_fn(
            f"{'right' if predicted == target else 'WRONG'} {answer(sample)}\n"
            f"  {sample.meta['first']}\n  {sample.meta['second']}"
        )


def answer(sample: Sample) -> str:
    """Return the answer of the network as text."""
    return f"{'same' if sample.outputs['class'][0] else 'not the same'} ({sample.outputs['same'][0]:.3f})"
