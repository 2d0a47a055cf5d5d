# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Pictures of masks and boxes."""

from collections.abc import Sequence

import numpy as np

from examples.datasets.pillow import pillow_image

# of the background (which stays as it is) and the classes; more classes begin anew
COLOURS = np.asarray(
    [(0, 0, 0), (230, 60, 60), (60, 120, 240), (250, 190, 40), (60, 190, 90), (170, 80, 210), (40, 200, 210)], "float32"
)
_OPACITY = 0.55


def painted(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return an image with the pixels of each class in its colour.

    Args:
        image: Bytes of shape [..., H, W, 3].
        mask: The class of each pixel, 0 for the background, of shape [..., H, W].
    """
    classes = mask.astype("int64")
    colours = COLOURS[np.where(classes > 0, (classes - 1) % (len(COLOURS) - 1) + 1, 0)]
    opacity = np.where(classes > 0, _OPACITY, 0.0)[..., np.newaxis]
    return (image * (1 - opacity) + colours * opacity).astype("uint8")


def draw_boxes(
    image: np.ndarray, boxes: np.ndarray, names: Sequence[str], scores: Sequence[float], zoom: int = 2
) -> np.ndarray:
    """Return an enlarged image with a box, the name of the class and its probability for each object.

    Args:
        image: Bytes of shape [H, W, 3].
        boxes: Left, top, width and height of each object.
        names: Their classes.
        scores: Their probabilities.
        zoom: How often larger the picture is.
    """
    from PIL import ImageDraw, ImageFont

    picture = pillow_image().fromarray(image)
    picture = picture.resize((picture.width * zoom, picture.height * zoom))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(12)
    for (x, y, width, height), name, score in zip(np.asarray(boxes) * zoom, names, scores, strict=True):
        draw.rectangle((x, y, x + width - 1, y + height - 1), outline=(255, 255, 255), width=2)
        draw.text(
            (x + 4, y + 2),
            f"{name} {score:.0%}",
            fill=(255, 255, 255),
            font=font,
            stroke_width=2,
            stroke_fill=(0, 0, 0),
        )
    return np.asarray(picture)
