# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Pictures that show a sample, and writing them."""

import os
import re
from typing import Any, Dict, Mapping

import numpy as np

from tfaip.data.pipeline.definitions import Sample
from tfaip.util.errors import UserValueError
from tfaip.util.file.atomic import write_bytes_atomically

# grey, with transparency, coloured, both
CHANNELS = (1, 2, 3, 4)
# smaller ones are vectors and matrices rather than pictures
MIN_SIDE = 8
# what PNG and the viewers of today take
MAX_SIDE = 2**16
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


def default_pictures(sample: Sample) -> Dict[str, np.ndarray]:
    """Return the arrays of a sample that look like pictures: ``inputs_<name>``, ``targets_<name>``, ``outputs_<name>``.

    These are arrays of the shape height x width x channels with 1, 3 or 4 channels, and those of height x width of
    unsigned bytes; each side has at least 8 pixels.

    Args:
        sample: An unbatched sample.
    """
    found: Dict[str, np.ndarray] = {}
    for part in ("inputs", "targets", "outputs"):
        values = getattr(sample, part)
        if isinstance(values, Mapping):
            found.update({f"{part}_{name}": value for name, value in values.items() if _looks_like_picture(value)})
    return found


def _looks_like_picture(value: Any) -> bool:
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "uf" or value.ndim not in (2, 3):
        return False
    if value.ndim == 2:
        return value.dtype == np.uint8 and min(value.shape) >= MIN_SIDE
    return value.shape[2] in (1, 3, 4) and min(value.shape[:2]) >= MIN_SIDE


def to_pixels(picture: Any) -> np.ndarray:
    """Return a picture as unsigned bytes of the shape height x width x channels.

    Args:
        picture: Unsigned bytes are taken as they are, truth values as black and white. Other numbers are scaled: from 0
            to 1 if they are within, else from their least to their greatest.

    Raises:
        UserValueError: It is no array of height x width, or height x width x channels with 1 to 4 channels.
    """
    array = np.asarray(picture)
    array = array[..., np.newaxis] if array.ndim == 2 else array
    fits = array.ndim == 3 and array.shape[2] in CHANNELS and array.dtype.kind in "buif"
    if not fits or not 0 < min(array.shape[:2]) <= max(array.shape[:2]) <= MAX_SIDE:
        raise UserValueError(
            "This array is no picture.",
            expected="numbers of the shape height x width, or height x width x channels (1 to 4)",
            got=f"{array.dtype} of the shape {np.shape(picture)}",
        )
    return array if array.dtype == np.uint8 else _scaled(array.astype(np.float64))


def _scaled(array: np.ndarray) -> np.ndarray:
    finite = np.nan_to_num(array, nan=0.0, posinf=0.0, neginf=0.0)
    least, greatest = float(finite.min()), float(finite.max())
    if least < 0 or greatest > 1:
        finite = (finite - least) / ((greatest - least) or 1.0)
    return np.round(finite * 255).astype(np.uint8)


def write_pictures(folder: str, pictures: Mapping[str, Any]) -> Dict[str, str]:
    """Write pictures as PNG into a folder.

    Args:
        folder: It exists.
        pictures: Arrays by name (see :func:`to_pixels`).

    Returns:
        The names of the files by those of the pictures.

    Raises:
        UserValueError: One is no picture.
        OSError: One cannot be written.
    """
    import tensorflow as tf

    files: Dict[str, str] = {}
    for name, picture in pictures.items():
        stem = _NOT_IN_NAMES.sub("_", name).strip("._") or "picture"
        file, number = f"{stem}.png", 2
        while file in files.values():
            file, number = f"{stem}_{number}.png", number + 1
        try:
            content = tf.io.encode_png(to_pixels(picture)).numpy()
        except UserValueError as error:
            raise UserValueError(error.what, where=f"picture {name}", expected=error.expected, got=error.got) from error
        write_bytes_atomically(os.path.join(folder, file), content)
        files[name] = file
    return files
