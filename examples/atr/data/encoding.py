# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""From image and text to what the network and its loss take."""

from typing import Any

import numpy as np

from examples.atr.data.codec import Codec
from examples.atr.data.params import AtrDataParams, EncodeProcessorParams
from tfaip import PipelineMode, Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor
from tfaip.util.errors import UserValueError


class EncodeProcessor(MappingDataProcessor[EncodeProcessorParams]):
    """Names the parts of a sample, and numbers the characters of its text.

    In the training a character that the codec does not have is an error. In an evaluation it is left out of the targets
    of the loss, but the evaluator counts it as one that was not read.
    """

    def __init__(self, params: EncodeProcessorParams, data_params: AtrDataParams, mode: PipelineMode, **kwargs: Any):
        super().__init__(params, data_params, mode, **kwargs)
        self.codec = Codec.read(data_params.codec.abs_path)

    def apply(self, sample: Sample) -> Sample:
        pixels, text = sample.inputs, sample.targets
        sample = sample.new_inputs(
            {"img": pixels[..., np.newaxis], "img_len": np.asarray([len(pixels)], dtype="int32")}
        )
        if text is None:
            return sample
        unknown = self.codec.unknown(text)
        if unknown and self.mode == PipelineMode.TRAINING:
            raise UserValueError(
                "A transcription has characters that the codec does not know.",
                where=sample.meta["path"],
                expected=f"the characters of {self.data_params.codec}",
                got=repr(unknown),
                hint="write a codec of them (python -m examples.atr.data.codec my_codec.txt *.gt.txt) and "
                "give it by --data.codec my_codec.txt, or leave out such lines with --train.sample_errors skip",
            )
        numbers = np.asarray(self.codec.encode(text), dtype="int32")
        return sample.new_targets({"gt": numbers, "gt_len": np.asarray([len(numbers)], dtype="int32")})
