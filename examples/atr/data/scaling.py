# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Bringing lines to one form."""

import numpy as np

from examples.atr.data.params import ScaleProcessorParams
from examples.datasets.pillow import pillow_image
from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor
from tfaip.util.errors import UserValueError


class ScaleProcessor(MappingDataProcessor[ScaleProcessorParams]):
    """Scales lines to the height of ``--data.height``, so that the background is 0 and the darkest ink 255.

    The result is [W, H]: the network reads a line from left to right, so its width is the axis of time.
    """

    def apply(self, sample: Sample) -> Sample:
        pixels = np.asarray(sample.inputs)
        if pixels.ndim != 2 or pixels.dtype != np.uint8 or 0 in pixels.shape:
            raise UserValueError(
                "This is no image of a line.",
                expected="unsigned bytes of the shape height x width",
                got=f"{pixels.dtype} of the shape {pixels.shape}",
            )
        image = pillow_image().fromarray(with_full_contrast(pixels))
        height = self.data_params.height
        width = max(1, round(image.width * height / image.height))
        return sample.new_inputs(np.asarray(image.resize((width, height))).T)


def with_full_contrast(pixels: np.ndarray) -> np.ndarray:
    """Return the image as light ink on black paper: the paper is what most of the pixels are like."""
    values = pixels.astype("float32")
    paper, darkest = np.median(values), values.min()
    ink = np.clip((paper - values) / max(paper - darkest, 1), 0, 1)
    return np.rint(ink * 255).astype("uint8")
