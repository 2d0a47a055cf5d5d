# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a sample looks like, and the vocabulary."""

from collections.abc import Callable
from typing import Any, Dict

import keras
import tensorflow as tf

from examples.datasets.minilm import load_minilm
from examples.text.finetuningbert.data.params import SentencePairDataParams, TokenizePairsParams
from tfaip.data.data import DataBase
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.resource.resource import Resource


class SentencePairData(DataBase[SentencePairDataParams]):
    """Word pieces of two sentences, and whether these mean the same."""

    @classmethod
    def default_params(cls) -> SentencePairDataParams:
        params = super().default_params()
        params.pre_proc = SequentialProcessorPipelineParams(run_parallel=True, processors=[TokenizePairsParams()])
        params.post_proc = SequentialProcessorPipelineParams(run_parallel=False)
        return params

    def __init__(self, params: SentencePairDataParams, **kwargs: Any):
        if params.vocab is None:
            # Not in default_params(): nothing is fetched for --help. As a resource the file goes into the model.
            params.vocab = Resource(str(load_minilm().vocab))
        super().__init__(params, **kwargs)

    @property
    def vocab_size(self) -> int:
        """The number of word pieces."""
        with open(self.params.vocab.abs_path, encoding="utf-8") as file:
            return sum(1 for _ in file)

    def _input_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"first": tf.TensorSpec([None], "int32"), "second": tf.TensorSpec([None], "int32")}

    def _target_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"gt": tf.TensorSpec([1], "int32")}

    def element_length_fn(self) -> Callable[[Dict[str, Any]], Any]:
        return lambda inputs: keras.ops.shape(inputs["first"])[0] + keras.ops.shape(inputs["second"])[0]
