# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reads image files; it runs in worker processes, so it does without TensorFlow."""

import numpy as np

from examples.datasets.pillow import pillow_image, read_image
from examples.imageclassification.data.params import ICDataParams, LoadImageProcessorParams
from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor
from tfaip.util.errors import UserValueError

WHITE = (255, 255, 255)


class LoadImageProcessor(MappingDataProcessor[LoadImageProcessorParams]):
    """Turns a path into a square image, and the name of a class into its number."""

    def apply(self, sample: Sample) -> Sample:
        params: ICDataParams = self.data_params
        sample = sample.new_inputs({"img": read_square(sample.inputs, params.image_size)})
        if sample.targets is None:
            return sample
        return sample.new_targets({"gt": np.asarray([number_of(sample.targets, params.classes)], dtype="int32")})


def read_square(path: str, side: int) -> np.ndarray:
    """Read an image file of any size and fit it into the middle of a white square.

    Args:
        path: The file. What is transparent becomes white.
        side: Side of the square in pixels.

    Returns:
        ``uint8`` of shape [side, side, 3].

    Raises:
        UserError: If the file is missing or no image; the message names it.
    """
    image_module = pillow_image()
    image = read_image(path, "RGBA")
    scale = side / max(image.size)
    width, height = (max(1, round(scale * length)) for length in image.size)
    image = image.resize((width, height), image_module.Resampling.BILINEAR)
    square = image_module.new("RGB", (side, side), WHITE)
    square.paste(image, ((side - width) // 2, (side - height) // 2), mask=image)
    return np.asarray(square)


def number_of(name: str, classes: list[str]) -> int:
    """Return the place of a class in the list of those that the model knows.

    Raises:
        UserValueError: If it does not know the class.
    """
    if name not in classes:
        raise UserValueError(
            "The model does not know the class of an image.",
            expected=", ".join(classes) or "names in data.classes",
            got=name,
            hint="evaluate on a folder with the classes of the training, or name them with --data.classes",
        )
    return classes.index(name)
