# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The decoder: from the output of the network to a text. As post-processing it belongs to the exported model."""

from typing import Any

import numpy as np

from examples.atr.data.codec import Codec
from examples.atr.data.params import AtrDataParams, DecodeProcessorParams
from tfaip import PipelineMode, Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor


class DecodeProcessor(MappingDataProcessor[DecodeProcessorParams]):
    """Reads the most probable character at each position, as CTC does: repetitions count once, blanks not at all.

    The outputs become ``text``, ``char_confidences`` (a probability for each character of the text) and ``confidence``
    (their mean, 1 for an empty text).
    """

    def __init__(self, params: DecodeProcessorParams, data_params: AtrDataParams, mode: PipelineMode, **kwargs: Any):
        super().__init__(params, data_params, mode, **kwargs)
        self.codec = Codec.read(data_params.codec.abs_path)

    def apply(self, sample: Sample) -> Sample:
        pred = sample.outputs["pred"][: int(sample.outputs["pred_len"][0])]
        numbers, confidences = decode_greedily(pred, self.codec.blank)
        outputs = {
            "text": self.codec.decode(numbers),
            "char_confidences": np.asarray(confidences, dtype="float32"),
            "confidence": float(np.mean(confidences)) if confidences else 1.0,
        }
        if self.params.keep_pred:
            outputs["pred"] = pred
        return sample.new_outputs(outputs)


def decode_greedily(pred: np.ndarray, blank: int) -> tuple[list[int], list[float]]:
    """Return the best path without repetitions and blanks.

    Args:
        pred: Probabilities of shape [T, C].
        blank: The number of the blank.

    Returns:
        The numbers, and for each the greatest probability that it had.
    """
    numbers: list[int] = []
    confidences: list[float] = []
    before = blank
    for number, probability in zip(pred.argmax(axis=-1).tolist(), pred.max(axis=-1).tolist(), strict=True):
        if number == before and number != blank:
            confidences[-1] = max(confidences[-1], probability)
        elif number != blank:
            numbers.append(number)
            confidences.append(probability)
        before = number
    return numbers, confidences
