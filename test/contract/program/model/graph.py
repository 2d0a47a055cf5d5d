# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The network."""

import tensorflow as tf
from tensorflow.python.ops import array_ops, math_ops

from test.contract.program.model.params import ModelParams
from tfaip.model.graphbase import GraphBase
from tfaip.util.tftyping import AnyTensor


class LineGraph(GraphBase[ModelParams]):
    @classmethod
    def from_config(cls, config):
        config = dict(config)
        return cls(ModelParams.from_dict(config.pop("params")), **config)

    def __init__(self, params: ModelParams, name="LineGraph", **kwargs):
        super().__init__(params, name=name, **kwargs)
        self.layers = [layer.create() for layer in params.layers]
        self.logits = tf.keras.layers.Dense(params.classes, name="logits")
        self.softmax = tf.keras.layers.Softmax(name="softmax")

    def build_graph(self, inputs: dict[str, AnyTensor], training=None) -> dict[str, AnyTensor]:
        assert training is None or isinstance(training, (bool, int)), type(training)
        data = math_ops.cast(inputs["img"], tf.float32) / 255.0
        lengths = tf.reshape(inputs["img_len"], [-1])
        is_picture = True
        for params, layer in zip(self._params.layers, self.layers, strict=True):
            if type(params).__name__ == "LstmLayerParams" and is_picture:
                data, is_picture = self.flatten(data), False
            data = layer(data, training=training)
        if is_picture:
            data = self.flatten(data)
        factor = self._params.compute_downscale_factor().x
        out_len = lengths // factor
        logits = self.logits(data)
        if self._params.temperature > 0:
            logits = logits / self._params.temperature
        # the blank comes last where TensorFlow decodes
        blank_last = tf.roll(logits, shift=-1, axis=-1)
        sequence = tf.transpose(blank_last, [1, 0, 2])
        greedy = tf.nn.ctc_greedy_decoder(sequence, out_len, merge_repeated=self._params.ctc_merge_repeated)
        return {
            "blank_last_logits": blank_last,
            "blank_last_softmax": self.softmax(blank_last),
            "logits": logits,
            "softmax": self.softmax(logits),
            "out_len": array_ops.expand_dims(out_len, axis=-1),
            "decoded": tf.sparse.to_dense(greedy[0][0], default_value=-1) + 1,
        }

    @staticmethod
    def flatten(data):
        shape = tf.shape(data)
        return tf.reshape(data, [shape[0], shape[1], data.shape[2] * data.shape[3]])
