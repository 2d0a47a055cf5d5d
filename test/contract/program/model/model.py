# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Loss, metric and what is printed."""

import tensorflow as tf
from tensorflow.keras import backend as K

from test.contract.program.model.params import ModelParams
from tfaip import Sample
from tfaip.model.modelbase import ModelBase


def ctc_loss(targets, logits, out_len):
    """Return a loss for each sample, of the shape [B, 1]."""
    loss = tf.nn.ctc_loss(
        labels=targets["gt"],
        logits=logits,
        label_length=tf.reshape(targets["gt_len"], [-1]),
        logit_length=tf.reshape(out_len, [-1]),
        logits_time_major=False,
        blank_index=-1,
    )
    return K.expand_dims(loss, axis=-1)


def character_error_rate(targets, decoded):
    """Return the edit distance of each sample in relation to the length of its text."""
    truth = tf.RaggedTensor.from_tensor(targets["gt"], lengths=tf.reshape(targets["gt_len"], [-1])).to_sparse()
    found = tf.cast(decoded, tf.int32)
    mask = tf.where(found > 0)
    sparse = tf.SparseTensor(mask, tf.gather_nd(found, mask), tf.shape(found, out_type=tf.int64))
    return tf.edit_distance(sparse, tf.cast(truth, tf.int32), normalize=True)


class LineModel(ModelBase[ModelParams]):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.cer = tf.keras.metrics.Mean(name="CER")
        self.cer_of_voters = [tf.keras.metrics.Mean(name=f"CER_{i}") for i in range(self.params.ensemble)]

    def _best_logging_settings(self):
        return "min", "CER"

    def _loss(self, inputs, targets, outputs):
        assert set(targets) >= {"gt", "gt_len", "fold_id"}
        assert tf.is_tensor(outputs["blank_last_logits"])
        # in the logits of the loss the blank is the last one, so that letters begin with 0
        shifted = {**targets, "gt": tf.maximum(targets["gt"] - 1, 0)}
        return {"ctc-loss": ctc_loss(shifted, outputs["blank_last_logits"], outputs["out_len"])}

    def _metric(self, inputs, targets, outputs):
        rates = character_error_rate(targets, outputs["decoded"])
        return [self.cer(rates, sample_weight=tf.reshape(targets["gt_len"], [-1]))]

    def _print_evaluate(self, sample: Sample, data, print_fn):
        print_fn(f"\nCER: {sample.outputs.text!r} instead of {sample.targets!r} with {len(data.params.codec)} letters")
