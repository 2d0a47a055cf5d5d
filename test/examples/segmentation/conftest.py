# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Small cut-outs and backgrounds, drawn for the tests."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

COLOURS = {"ball": (220, 40, 40), "block": (40, 60, 230)}


def cutout(kind, rng):
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    x, y = rng.integers(2, 8, size=2).tolist()
    shape = (x, y, 38 - y, 38 - x)
    colour = (*COLOURS[kind], 255)
    draw.ellipse(shape, fill=colour) if kind == "ball" else draw.rectangle(shape, fill=colour)
    return image


@pytest.fixture(scope="session")
def scenery(tmp_path_factory):
    """The folders of cut-outs and of backgrounds."""
    folder = tmp_path_factory.mktemp("scenery")
    rng = np.random.default_rng(5)
    for kind in COLOURS:
        (folder / "cutouts" / kind).mkdir(parents=True)
        for i in range(8):
            cutout(kind, rng).save(folder / "cutouts" / kind / f"{i}.png")
    (folder / "backgrounds").mkdir()
    for i in range(6):
        grey = np.repeat(rng.integers(60, 200, (60, 80, 1), "uint8"), 3, axis=2)
        Image.fromarray(grey).save(folder / "backgrounds" / f"{i}.png")
    return folder
