# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading and writing image files with Pillow, which only the examples need."""

from typing import Any

import numpy as np

from tfaip.util.errors import UserError, UserFileNotFoundError, UserValueError


def read_image(path: str, mode: str = "L") -> Any:
    """Read an image file.

    Args:
        path: The file.
        mode: What Pillow converts it to: ``L`` is grey, ``RGB`` coloured.

    Returns:
        The image, of class ``PIL.Image.Image``.

    Raises:
        UserError: If the file is missing or not an image (the message names it), or Pillow is missing.
    """
    try:
        with pillow_image().open(path) as image:
            return image.convert(mode)
    except FileNotFoundError as error:
        raise UserFileNotFoundError("The image file does not exist.", where=path) from error
    except (OSError, SyntaxError, ValueError) as error:  # Pillow's complaints about broken files
        raise UserValueError("The image file cannot be read.", where=path, got=str(error)) from error


def write_image(path: str, pixels: np.ndarray) -> None:
    """Write a ``uint8`` image of shape [H, W] or [H, W, 3] to a file; the ending of its name tells the format."""
    pillow_image().fromarray(pixels).save(path)


def pillow_image() -> Any:
    """Return the module ``PIL.Image``.

    Raises:
        UserError: If Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise UserError(
            "Image files need Pillow.", hint="pip install 'tfaip[examples]' or pip install pillow"
        ) from error
    return Image
