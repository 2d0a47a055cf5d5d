# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Drawing a line of text as a scanner would see it."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_SIZES = (24, 34)  # of the type, in pixels
_BORDER = 12
_PAPER = 255


def draw_line(text: str, font: bytes, rng: np.random.Generator) -> np.ndarray:
    """Draw a line: dark on light, cut out with small margins, a little turned, blurred, noisy or in black and white.

    Args:
        text: What to draw.
        font: The content of a TrueType file.
        rng: Where chance comes from.

    Returns:
        ``uint8`` of shape [H, W].
    """
    face = ImageFont.truetype(io.BytesIO(font), int(rng.integers(*_SIZES)))
    left, top, right, bottom = face.getbbox(text)
    size = (int(right - left) + 2 * _BORDER, int(bottom - top) + 2 * _BORDER)
    image = Image.new("L", size, _PAPER)
    ImageDraw.Draw(image).text((_BORDER - left, _BORDER - top), text, font=face, fill=0)
    image = image.rotate(float(rng.normal(0, 0.25)), resample=Image.Resampling.BILINEAR, fillcolor=_PAPER)
    return _scanned(_cut_out(image, rng), rng)


def _cut_out(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Cut the line out as a program that finds lines does: tightly, but not always equally."""
    ink = np.asarray(image) < 128
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return image
    margins = rng.integers(0, 5, 4)
    box = (columns[0] - margins[0], rows[0] - margins[1], columns[-1] + 1 + margins[2], rows[-1] + 1 + margins[3])
    return image.crop(tuple(int(edge) for edge in box))


def _scanned(image: Image.Image, rng: np.random.Generator) -> np.ndarray:
    if rng.random() < 0.6:
        image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.2, 0.9))))
    values = np.asarray(image, dtype="float32") / 255
    if rng.random() < 0.3:
        return np.where(values < rng.uniform(0.35, 0.7), 0, 255).astype("uint8")
    dark, light = rng.uniform(0, 0.35), rng.uniform(0.75, 1)
    values = dark + values * (light - dark)
    if rng.random() < 0.3:
        values = values + rng.normal(0, rng.uniform(0.01, 0.05), values.shape)
    return np.clip(np.rint(values * 255), 0, 255).astype("uint8")
