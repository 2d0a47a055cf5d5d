# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Small images that can be told apart, drawn for the tests."""

import numpy as np
import pytest
from PIL import Image

N_IMAGES = 30


def draw(kind, rng):
    """Return stripes along an axis, or spots."""
    height, width = rng.integers(30, 50, size=2)
    y, x = np.mgrid[:height, :width]
    pattern = {"bars": y, "columns": x, "spots": np.maximum(y % 8, x % 8)}[kind] + rng.integers(8)
    light = np.where(pattern % 8 < 4, 220, 40)[..., np.newaxis] + rng.normal(0, 20, (height, width, 3))
    return Image.fromarray(np.clip(light, 0, 255).astype("uint8"))


@pytest.fixture(scope="session")
def image_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    rng = np.random.default_rng(3)
    for kind in ("bars", "columns", "spots"):
        (folder / kind).mkdir()
        for i in range(N_IMAGES if kind != "bars" else N_IMAGES + 10):
            draw(kind, rng).save(folder / kind / f"{i:02}.png")
    return folder
