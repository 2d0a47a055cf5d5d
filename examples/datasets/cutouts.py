# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What scenes are put together of: cut-out photographs of several classes, and photographs as backgrounds.

:func:`load_cutouts` asks in this order and logs which source it used:

1. the folder that was named (argument or ``TFAIP_CUTOUTS_DIR``), and then nothing else,
2. the photographs in Debian's package ``tuxpaint-stamps-default``.

There is no other download of them. Backgrounds are those of a named folder, else of the wheel of ``scikit-image``.
"""

import logging
import os
from pathlib import Path

from examples.datasets import stamps
from examples.datasets.imagefolders import ENDINGS, PARTS, LabelledImages, read_image_folder
from examples.datasets.skimage_package import WHEEL, skimage_pictures
from examples.datasets.wheels import FetchError
from tfaip.util.errors import UserError, UserFileNotFoundError

logger = logging.getLogger(__name__)

ENVIRONMENT_VARIABLE = "TFAIP_CUTOUTS_DIR"
# Photographs without animals and plants as objects; those of one part are in no other one.
BACKGROUNDS = {
    "train": ("brick.png", "gravel.png", "coffee.png", "rocket.jpg", "ihc.png", "retina.jpg", "motorcycle_left.png"),
    "val": ("moon.png", "coins.png"),
    "test": ("grass.png", "hubble_deep_field.jpg", "text.png", "page.png"),
}


def load_cutouts(part: str, folder: str | None = None) -> LabelledImages:
    """Return one part of the cut-outs: images whose background is transparent, in a folder for each class.

    Args:
        part: ``"train"``, ``"val"`` or ``"test"``; no cut-out of one part is in another one.
        folder: A folder with a folder for each class. Defaults to the environment variable ``TFAIP_CUTOUTS_DIR``.
            If given, no other source is tried.

    Raises:
        UserError: If no source has the cut-outs, or they are not what they should be.
    """
    explicit = folder or os.environ.get(ENVIRONMENT_VARIABLE)
    if explicit:
        cutouts = read_image_folder(Path(explicit).expanduser(), part)
    else:
        try:
            path, source = stamps.stamps_folder()
        except FetchError as error:
            raise UserError(
                "There are no cut-out photographs on this machine, and they cannot be fetched.",
                got=str(error),
                hint=f"set {ENVIRONMENT_VARIABLE} to a folder with a folder of images with transparent background for "
                "each class, or install Debian's package tuxpaint-stamps-default",
            ) from error
        cutouts = read_image_folder(path, part, source=source)
    logger.info("%s part: %d cut-outs of %s from %s", part, len(cutouts.paths), cutouts.classes, cutouts.source)
    return cutouts


def load_backgrounds(part: str, folder: str | None = None) -> list[str]:
    """Return the files of one part of the backgrounds.

    Args:
        part: As above.
        folder: A folder of images. Every third one, by name, is for validation and every third one for the test.

    Raises:
        UserError: If the folder has less than three images, or the package index cannot be reached.
    """
    if folder:
        paths = sorted(str(path) for path in Path(folder).expanduser().rglob("*") if path.suffix.lower() in ENDINGS)
        if len(paths) < len(PARTS):
            raise UserFileNotFoundError(
                "The folder has too few backgrounds.", where=folder, expected="at least 3 images", got=str(len(paths))
            )
        return paths[PARTS.index(part) :: len(PARTS)]
    try:
        pictures = skimage_pictures()
    except FetchError as error:
        raise UserError(
            "The backgrounds cannot be fetched.",
            got=str(error),
            hint=f"name a folder of photographs, or make {WHEEL.requirement} reachable on a package index",
        ) from error
    return [str(pictures / name) for name in BACKGROUNDS[part]]
