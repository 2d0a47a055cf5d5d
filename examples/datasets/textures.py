# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Tiles of three photographs (brick, grass, gravel), told apart by their texture."""

from pathlib import Path

from examples.datasets.files import cache_dir, only_one_process, temporary_folder
from examples.datasets.skimage_package import WHEEL, skimage_pictures

CLASSES = ("brick", "grass", "gravel")
SIDE = 48
# Columns of tiles: only those at the border of a part touch one of another part.
PARTS = {"train": range(6), "val": range(6, 7), "test": range(7, 10)}


def textures_folder() -> tuple[Path, str]:
    """Return the folder of tiles, in a folder for each class in train/, val/ and test/, and the source's name.

    Raises:
        FetchError: If the package index cannot be reached.
        UserError: If a picture is not the one that was verified.
    """
    target = cache_dir() / "textures"
    pictures = skimage_pictures()
    with only_one_process("textures"):
        if not target.is_dir():
            with temporary_folder(cache_dir()) as folder:
                tiles = folder / target.name
                for name in CLASSES:
                    _cut(pictures / f"{name}.png", tiles, name)
                tiles.rename(target)
    return target, f"PyPI {WHEEL.requirement.replace('==', ' ')}"


def _cut(picture: Path, target: Path, name: str) -> None:
    from PIL import Image

    with Image.open(picture) as file:
        image = file.convert("L")
    for part, columns in PARTS.items():
        folder = target / part / name
        folder.mkdir(parents=True)
        for column in columns:
            for row in range(image.height // SIDE):
                box = (column * SIDE, row * SIDE, (column + 1) * SIDE, (row + 1) * SIDE)
                image.crop(box).save(folder / f"{name}_{column}_{row}.png")
