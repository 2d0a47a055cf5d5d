# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""From the path of an image to the image and its text."""

import os

import numpy as np

from examples.atr.data.params import LoadProcessorParams
from examples.datasets.pillow import read_image
from tfaip import PipelineMode, Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor
from tfaip.util.errors import UserFileNotFoundError
from tfaip.util.file.textlines import read_text_lines


class LoadProcessor(MappingDataProcessor[LoadProcessorParams]):
    """Reads ``a.png`` or ``a.bin.png``, and the text in ``a.gt.txt`` unless it is to be predicted.

    The text goes into the meta data, too: there it keeps the characters that the codec does not have. ``predict_raw``
    may give images instead of paths.
    """

    def apply(self, sample: Sample) -> Sample:
        if not isinstance(sample.inputs, str):
            return sample
        path = sample.inputs
        sample = sample.new_inputs(np.asarray(read_image(path)))
        if self.mode == PipelineMode.PREDICTION:
            return sample.new_targets(None)
        text = read_transcription(path)
        return sample.new_targets(text).new_meta({**sample.meta, "text": text})


def read_transcription(path: str) -> str:
    """Return the text of a line.

    Args:
        path: The image.

    Raises:
        UserFileNotFoundError: There is no file with the text.
    """
    folder, name = os.path.split(path)
    names = [f"{name.rsplit('.', 1)[0]}.gt.txt", f"{name.split('.', 1)[0]}.gt.txt"]
    for candidate in names:
        if os.path.exists(os.path.join(folder, candidate)):
            lines = read_text_lines(os.path.join(folder, candidate), "transcription", "a line of text")
            return " ".join(" ".join(lines).split())
    raise UserFileNotFoundError(
        "An image of a text line has no transcription.",
        where=path,
        expected=f"a text file {' or '.join(dict.fromkeys(names))} beside it",
        hint="write the transcription, or leave out such lines with --train.sample_errors skip",
    )
