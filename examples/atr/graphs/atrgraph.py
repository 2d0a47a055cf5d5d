# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Convolutions, LSTMs in both directions, and a distribution over the characters at each position of the line."""

from typing import Any, Dict, Optional

import keras
import tensorflow as tf

from examples.atr.params import AtrModelParams
from tfaip.model.graphbase import GraphBase
from tfaip.util.tftyping import AnyTensor

_HALVINGS_OF_THE_WIDTH = 2


class BothDirections(keras.layers.Layer):
    """An LSTM from the left to the right and one from the end of each line to the left.

    The second one reads lines that are turned around without their padding, so neither of them needs a mask, which
    would make them slower.

    Args:
        nodes: Number of nodes for each direction.
    """

    def __init__(self, nodes: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.forwards = keras.layers.LSTM(nodes, return_sequences=True, name="forwards")
        self.backwards = keras.layers.LSTM(nodes, return_sequences=True, name="backwards")

    def call(self, x: AnyTensor, length: AnyTensor) -> AnyTensor:
        backwards = self.backwards(tf.reverse_sequence(x, length, seq_axis=1))
        return tf.concat([self.forwards(x), tf.reverse_sequence(backwards, length, seq_axis=1)], axis=-1)


class AtrGraph(GraphBase[AtrModelParams]):
    """The network.

    What lies behind the end of a line has no influence, so that a line is read in the same way whatever other lines are
    in its batch.

    Args:
        params: The parameters of the model.
        n_characters: Size of the codec; see ``AtrScenario.additional_graph_kwargs``.
    """

    def __init__(self, params: AtrModelParams, n_characters: int, name: str = "atr", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        # All halve the height. The width is halved twice only: a narrow letter needs a position of its own.
        self.strides = [2 if i < _HALVINGS_OF_THE_WIDTH else 1 for i in range(len(params.conv_filters))]
        self.convolutions = [
            keras.layers.Conv2D(
                filters, 5 if i == 0 else 3, (stride, 2), padding="same", activation="relu", name=f"conv_{i}"
            )
            for i, (filters, stride) in enumerate(zip(params.conv_filters, self.strides, strict=True))
        ]
        self.features = keras.layers.Dense(params.features, activation="relu", name="features")
        self.lstms = [BothDirections(nodes, name=f"lstm_{i}") for i, nodes in enumerate(params.lstm_nodes)]
        self.dropout = keras.layers.Dropout(params.dropout, name="dropout")
        self.logits = keras.layers.Dense(n_characters + 1, name="logits")  # one more for the blank

    def build_graph(self, inputs: Dict[str, AnyTensor], training: Optional[bool] = None) -> Dict[str, AnyTensor]:
        x = tf.cast(inputs["img"], tf.float32) / 255
        # Where the filters of a convolution with strides begin would depend on the width of the batch if that was odd.
        x = tf.pad(x, [[0, 0], [0, -tf.shape(x)[1] % 2**_HALVINGS_OF_THE_WIDTH], [0, 0], [0, 0]])
        length = inputs["img_len"][:, 0]
        for convolution, stride in zip(self.convolutions, self.strides, strict=True):
            x = convolution(x)
            length = (length + stride - 1) // stride
            is_line = tf.sequence_mask(length, maxlen=tf.shape(x)[1], dtype=x.dtype)
            x = x * is_line[:, :, tf.newaxis, tf.newaxis]
        # what the convolutions found in a column becomes the features of a position
        x = self.features(tf.reshape(x, [tf.shape(x)[0], tf.shape(x)[1], x.shape[2] * x.shape[3]]))
        for lstm in self.lstms:
            x = lstm(self.dropout(x, training=training), length=length)
        logits = self.logits(self.dropout(x, training=training))
        return {"logits": logits, "pred": tf.nn.softmax(logits), "pred_len": length[:, tf.newaxis]}
