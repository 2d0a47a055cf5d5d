# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Images in folders, one folder for each class, and their division into training, validation and test."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tfaip.util.errors import UserFileNotFoundError, UserValueError

PARTS = ("train", "val", "test")
ENDINGS = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
EXPECTED = "a folder with one folder of images for each class, or such folders in train/, val/ and test/"

_TRAIN_SHARE = 0.6
_VAL_SHARE = 0.15


@dataclass(frozen=True)
class LabelledImages:
    """Image files and what they show.

    Args:
        classes: The names of the classes in alphabetical order.
        paths: The files.
        labels: The class of each file, a place in ``classes``.
        source: Where the files come from, for logs and reports.
    """

    classes: list[str]
    paths: list[str]
    labels: list[int]
    source: str

    def largest_class_share(self) -> float:
        """Return the accuracy of always answering with the most frequent class of these images."""
        return max(self.labels.count(label) for label in set(self.labels)) / len(self.labels)


def read_image_folder(folder: Path, part: str, split_seed: int = 0, source: str | None = None) -> LabelledImages:
    """List one part of the images in a folder.

    Folders ``train/``, ``val/`` and ``test/`` are taken as they are. Otherwise 60 % of the files of each class are for
    training, 15 % for validation and the rest for the test; which ones depends on their names and ``split_seed`` only,
    so another machine makes the same division.

    Args:
        folder: See above.
        part: ``"train"``, ``"val"`` or ``"test"``.
        split_seed: Another number makes another division.
        source: What to call the source instead of the folder.

    Raises:
        UserError: If the folder is missing, holds less than two classes, or a class has too few files.
    """
    if part not in PARTS:
        raise UserValueError("There is no such part of the images.", expected=" or ".join(PARTS), got=part)
    if not folder.is_dir():
        raise UserFileNotFoundError("The folder of images does not exist.", where=str(folder), expected=EXPECTED)
    is_divided = all((folder / name).is_dir() for name in PARTS)
    root = folder / part if is_divided else folder
    files = {child.name: _images_in(child) for child in sorted(root.iterdir()) if child.is_dir()}
    files = {name: found for name, found in files.items() if found}
    if len(files) < 2:
        raise UserFileNotFoundError(
            "The folder does not hold images of several classes.",
            where=str(root),
            expected=EXPECTED,
            got=f"folders with images: {', '.join(files) or 'none'}",
        )
    chosen = files if is_divided else {name: _part_of(found, part, split_seed) for name, found in files.items()}
    classes = list(chosen)
    pairs = [(str(path), label) for label, name in enumerate(classes) for path in chosen[name]]
    return LabelledImages(classes, [path for path, _ in pairs], [label for _, label in pairs], source or str(folder))


def _images_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())


def _part_of(files: list[Path], part: str, seed: int) -> list[Path]:
    if len(files) < 4:
        raise UserValueError(
            "A class has too few images to divide them.",
            where=str(files[0].parent),
            expected="at least 4",
            got=str(len(files)),
        )
    shuffled = sorted(files, key=lambda path: hashlib.sha256(f"{seed}/{path.name}".encode()).digest())
    n_train = round(_TRAIN_SHARE * len(files))
    n_val = max(1, round(_VAL_SHARE * len(files)))
    bounds = {"train": (0, n_train), "val": (n_train, n_train + n_val), "test": (n_train + n_val, len(files))}
    start, end = bounds[part]
    return sorted(shuffled[start:end])
