# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The network: the encoder reads each sentence, and the angle between what it made of both is the answer."""

from typing import Any, Dict, Optional

import keras
import tensorflow as tf

from examples.text.finetuningbert.graphs.encoder import BertEncoder
from examples.text.finetuningbert.params import SentencePairModelParams
from tfaip.model.graphbase import GraphBase
from tfaip.util.tftyping import AnyTensor


class SentencePairGraph(GraphBase[SentencePairModelParams]):
    """Two sentences mean the same if their features point into the same direction.

    The pretrained encoder already brings sentences of the same meaning near to each other, so that the training starts
    with an answer that is often right.

    Args:
        params: Sizes of the encoder.
        vocab_size: Number of word pieces, which the data know.
    """

    def __init__(self, params: SentencePairModelParams, vocab_size: int, name: str = "sentencepair", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.encoder = BertEncoder(params, vocab_size, name="encoder")
        # A cosine of 0.6 is in the middle between "the same" and "not the same" when the training begins.
        self.logits = keras.layers.Dense(
            1,
            kernel_initializer=keras.initializers.Constant(10.0),
            bias_initializer=keras.initializers.Constant(-6.0),
            name="logits",
        )

    def build_graph(self, inputs: Dict[str, AnyTensor], training: Optional[bool] = None) -> Dict[str, AnyTensor]:
        first, second = (self._features(inputs[name], training) for name in ("first", "second"))
        cosine = tf.reduce_sum(first * second, axis=-1, keepdims=True)
        logits = tf.cast(self.logits(cosine), tf.float32)
        same = tf.sigmoid(logits)
        return {"logits": logits, "cosine": cosine, "same": same, "class": tf.cast(same >= 0.5, tf.int32)}

    def _features(self, ids: AnyTensor, training: Optional[bool]) -> AnyTensor:
        """Return the direction of the mean over the word pieces of a sentence."""
        features = self.encoder(ids, training=training)
        mask = tf.cast(tf.not_equal(ids, 0), features.dtype)[..., None]
        return tf.math.l2_normalize(tf.reduce_sum(features * mask, axis=1), axis=-1)
