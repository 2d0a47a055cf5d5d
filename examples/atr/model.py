# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Loss and metric of the text recognition."""

from collections.abc import Callable
from typing import Any, Dict, List, Tuple

import keras
import tensorflow as tf

from examples.atr.params import AtrModelParams
from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.model.modelbase import ModelBase
from tfaip.util.tftyping import AnyTensor

Tensors = Dict[str, AnyTensor]


class AtrModel(ModelBase[AtrModelParams]):
    """CTC: the text is all that is known of a line, not where its characters stand."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.cer = keras.metrics.Mean(name="cer")

    def _loss(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> Tensors:
        # This form of the function leaves out lines that are too narrow for their text, such as those of a wrong
        # transcription. The others stop with an error, or give an infinite loss.
        loss = tf.compat.v1.nn.ctc_loss(
            labels=_sparse_labels(targets),
            inputs=outputs["logits"],
            sequence_length=outputs["pred_len"][:, 0],
            ignore_longer_outputs_than_inputs=True,
            time_major=False,
        )
        return {"ctc": loss}

    def _metric(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> List[AnyTensor]:
        logits = tf.transpose(outputs["logits"], [1, 0, 2])
        (decoded,), _ = tf.nn.ctc_greedy_decoder(logits, outputs["pred_len"][:, 0])
        labels = tf.cast(_sparse_labels(targets), tf.int64)
        errors = tf.edit_distance(decoded, labels, normalize=False)
        n_characters = tf.cast(targets["gt_len"][:, 0], tf.float32)
        # the mean of the rates of the lines, weighted by their lengths, is the rate of all
        return [self.cer(tf.math.divide_no_nan(errors, n_characters), sample_weight=n_characters)]

    def _best_logging_settings(self) -> Tuple[str, str]:
        return "min", "cer"

    def _print_evaluate(self, sample: Sample, data: DataBase, print_fn: Callable[[str], None] = print) -> None:
        text, read = sample.meta["text"], sample.outputs["text"]
        print_fn(f"TEXT: {text}\nREAD: {read}{' (right)' if text == read else ''}")


def _sparse_labels(targets: Tensors) -> tf.SparseTensor:
    gt = targets["gt"]
    is_label = tf.sequence_mask(targets["gt_len"][:, 0], maxlen=tf.shape(gt)[1])
    shape = tf.shape(gt, out_type=tf.int64)
    return tf.SparseTensor(tf.where(is_label), tf.boolean_mask(gt, is_label), shape)
