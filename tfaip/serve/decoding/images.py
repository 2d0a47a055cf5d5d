# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Images in requests."""

import io
from http import HTTPStatus

import numpy as np

from tfaip.serve.decoding.arrays import ArrayBudget
from tfaip.serve.errors import RequestError, wrong_input

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")
# how the pixels of Pillow's other modes are read
_MODES = {"P": "RGB", "1": "L", "CMYK": "RGB", "YCbCr": "RGB", "LAB": "RGB", "HSV": "RGB", "PA": "RGBA", "La": "LA"}


def array_of_image(content: bytes, budget: ArrayBudget, where: str) -> np.ndarray:
    """Return the pixels of an image file: of shape [H, W] if it is grey, else [H, W, channels].

    Args:
        content: The file, in one of ``FORMATS``.
        budget: Counts the pixels before they are decoded.
        where: For messages.

    Raises:
        RequestError: It is no image or too large, or Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise RequestError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported",
            "This service cannot read image files.",
            where=where,
            hint="install Pillow where the service runs, or send arrays",
        ) from error
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            # the decoder works with up to 4 bytes for a pixel, whatever comes out
            budget.take(image.width * image.height * 4, where)
            return np.array(image.convert(_MODES[image.mode]) if image.mode in _MODES else image)
    except RequestError:
        raise
    except Exception as error:  # whatever Pillow's readers raise at damaged files
        raise wrong_input(
            "The image cannot be read.",
            where=where,
            expected=", ".join(FORMATS),
            got=type(error).__name__,
        ) from error
