# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading and writing images of digits."""

import numpy as np

from tfaip.util.errors import UserError, UserFileNotFoundError, UserValueError

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
    image_module = _pillow_image()
    try:
        with image_module.open(path) as image:
            grey = image.convert("L")
            return np.asarray(grey if grey.size == (_SIDE, _SIDE) else grey.resize((_SIDE, _SIDE)))
    except FileNotFoundError as error:
        raise UserFileNotFoundError("The image file does not exist.", where=path) from error
    except (OSError, SyntaxError, ValueError) as error:  # Pillow's complaints about broken files
        raise UserValueError("The image file cannot be read.", where=path, got=str(error)) from error


def write_digit(path: str, pixels: np.ndarray) -> None:
    """Write a ``uint8`` image of shape [H, W] to a file; the ending of its name tells the format."""
    _pillow_image().fromarray(pixels).save(path)


def _pillow_image():
    try:
        from PIL import Image
    except ImportError as error:
        raise UserError(
            "Image files need Pillow.", hint="pip install 'tfaip[examples]' or pip install pillow"
        ) from error
    return Image
