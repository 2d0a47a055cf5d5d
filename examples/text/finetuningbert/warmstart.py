# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Starting with a pretrained BERT: the warm start of the framework, with other names and other matrices."""

import dataclasses
import re
from typing import Any, Sequence

import numpy as np

from examples.datasets.minilm import load_minilm
from examples.text.finetuningbert.params import PRETRAINED, BertWarmStartParams
from tfaip.trainer.warmstart.warmstarter import WarmStarter

# How files of the Hugging Face hub name the weights of a BERT, and how our layers are called.
_RENAME = [
    (r"^(bert/)?embeddings/", "encoder/"),
    (r"^(bert/)?encoder/layer/(\d+)/", r"encoder/layer_\2/"),
    (r"/attention/(self|output)/", "/attention/"),
    (r"/(intermediate|output)/dense/", r"/\1/"),
    (r"/output/LayerNorm/", "/LayerNorm/"),
    (r"/LayerNorm/weight$", "/LayerNorm/gamma"),
    (r"/LayerNorm/bias$", "/LayerNorm/beta"),
    (r"_embeddings/weight$", "_embeddings/embeddings"),
    (r"/weight$", "/kernel"),
]


class BertWarmStarter(WarmStarter):
    """Takes weights of a pretrained BERT, or of another model of this scenario."""

    params: BertWarmStartParams

    def warmstart(self, target_model: Any, custom_objects: Any = None) -> None:
        """Fetch the pretrained weights if they are wanted, and copy them."""
        if self._params.model == PRETRAINED:
            self._params = dataclasses.replace(self._params, model=str(load_minilm().weights))
        super().warmstart(target_model, custom_objects)

    def _trim(self, names: Sequence[str]) -> Sequence[str]:
        return super()._trim([our_name(name) for name in names])

    def _transform_weight(self, weight: np.ndarray, trainable_name: str, name: str) -> np.ndarray:
        # these files hold the matrices of dense layers as [outputs, inputs]
        is_dense = name.endswith("/weight") and trainable_name.endswith("/kernel")
        return weight.T if is_dense else weight


def our_name(name: str) -> str:
    """Return the name that a weight of a pretrained file has here; other names stay as they are."""
    for pattern, replacement in _RENAME:
        name = re.sub(pattern, replacement, name)
    return name
