# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A BERT-like encoder in plain Keras. Its layers are named as in the files of pretrained models."""

from typing import Any, Optional

import keras

from examples.text.finetuningbert.params import SentencePairModelParams
from tfaip.util.tftyping import AnyTensor

_EPSILON = 1e-12
# added to the scores of padding before the softmax; finite, and also a number in 16 bits
_FAR_BELOW = -3e4


class Attention(keras.layers.Layer):
    """Each word piece looks at all others: self-attention with several heads, and what follows it."""

    def __init__(self, params: SentencePairModelParams, **kwargs: Any):
        super().__init__(**kwargs)
        self.heads = params.heads
        self.query = keras.layers.Dense(params.hidden, name="query")
        self.key = keras.layers.Dense(params.hidden, name="key")
        self.value = keras.layers.Dense(params.hidden, name="value")
        self.dense = keras.layers.Dense(params.hidden, name="dense")
        self.norm = keras.layers.LayerNormalization(epsilon=_EPSILON, name="LayerNorm")
        self.score_dropout = keras.layers.Dropout(params.dropout)
        self.dropout = keras.layers.Dropout(params.dropout)

    def call(self, x: AnyTensor, bias: AnyTensor, training: Optional[bool] = None) -> AnyTensor:
        """Return the new features.

        Args:
            x: Features of shape [batch, length, hidden].
            bias: What is added to the scores of each word piece, of shape [batch, 1, 1, length].
            training: Whether dropout is active.
        """
        query, key, value = (self._split(layer(x)) for layer in (self.query, self.key, self.value))
        scores = keras.ops.matmul(query, keras.ops.transpose(key, (0, 1, 3, 2)))
        scores = scores / query.shape[-1] ** 0.5 + keras.ops.cast(bias, scores.dtype)
        scores = self.score_dropout(keras.ops.softmax(scores), training=training)
        context = keras.ops.transpose(keras.ops.matmul(scores, value), (0, 2, 1, 3))
        context = self.dense(keras.ops.reshape(context, keras.ops.shape(x)))
        return self.norm(x + self.dropout(context, training=training))

    def _split(self, x: AnyTensor) -> AnyTensor:
        """Return the features by heads: [batch, heads, length, hidden / heads]."""
        batch, length = keras.ops.shape(x)[:2]
        x = keras.ops.reshape(x, (batch, length, self.heads, x.shape[-1] // self.heads))
        return keras.ops.transpose(x, (0, 2, 1, 3))


class EncoderLayer(keras.layers.Layer):
    """Attention, then two dense layers for each word piece."""

    def __init__(self, params: SentencePairModelParams, **kwargs: Any):
        super().__init__(**kwargs)
        self.attention = Attention(params, name="attention")
        self.intermediate = keras.layers.Dense(params.feed_forward, name="intermediate")
        self.output_dense = keras.layers.Dense(params.hidden, name="output")
        self.norm = keras.layers.LayerNormalization(epsilon=_EPSILON, name="LayerNorm")
        self.dropout = keras.layers.Dropout(params.dropout)

    def call(self, x: AnyTensor, bias: AnyTensor, training: Optional[bool] = None) -> AnyTensor:
        """Return the new features; see :meth:`Attention.call`."""
        x = self.attention(x, bias, training=training)
        inner = keras.activations.gelu(self.intermediate(x), approximate=False)
        return self.norm(x + self.dropout(self.output_dense(inner), training=training))


class BertEncoder(keras.layers.Layer):
    """Turns numbers of word pieces into features.

    Args:
        params: Sizes of the encoder.
        vocab_size: Number of word pieces.
    """

    def __init__(self, params: SentencePairModelParams, vocab_size: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.words = keras.layers.Embedding(vocab_size, params.hidden, name="word_embeddings")
        self.positions = keras.layers.Embedding(params.max_positions, params.hidden, name="position_embeddings")
        self.segments = keras.layers.Embedding(2, params.hidden, name="token_type_embeddings")
        self.norm = keras.layers.LayerNormalization(epsilon=_EPSILON, name="LayerNorm")
        self.dropout = keras.layers.Dropout(params.dropout)
        self.layers = [EncoderLayer(params, name=f"layer_{index}") for index in range(params.layers)]

    def call(self, ids: AnyTensor, training: Optional[bool] = None) -> AnyTensor:
        """Return the features of all word pieces.

        Args:
            ids: Their numbers, of shape [batch, length]; 0 is padding.
            training: Whether dropout is active.

        Returns:
            Features of shape [batch, length, hidden].
        """
        places = keras.ops.arange(keras.ops.shape(ids)[1], dtype="int32")
        # A BERT may be given two sentences at once, numbered 0 and 1; here it is always one.
        x = self.words(ids) + self.positions(places)[None] + self.segments(keras.ops.zeros_like(ids))
        x = self.dropout(self.norm(x), training=training)
        is_padding = keras.ops.cast(keras.ops.equal(ids, 0), "float32")
        bias = is_padding[:, None, None, :] * _FAR_BELOW
        for layer in self.layers:
            x = layer(x, bias, training=training)
        return x
