# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading and writing images of digits."""

import numpy as np

from examples.datasets.pillow import read_image, write_image

_SIDE = 28


def read_digit(path: str) -> np.ndarray:
    """Read an image file as MNIST shows digits: light on dark, 28 x 28 pixels.

    Args:
        path: A grey or coloured image of any size.

    Returns:
        A ``uint8`` array of shape [28, 28].

    Raises:
        UserError: If the file is missing or not an image; the message names it.
    """
    grey = read_image(path)
    return np.asarray(grey if grey.size == (_SIDE, _SIDE) else grey.resize((_SIDE, _SIDE)))


def write_digit(path: str, pixels: np.ndarray) -> None:
    """Write a ``uint8`` image of shape [H, W] to a file; the ending of its name tells the format."""
    write_image(path, pixels)
