# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where lines come from if nobody says it: a folder of the user, else rendered ones.

1. the folder in ``TFAIP_ATR_DIR``, and then nothing else,
2. the first folder in ``examples/atr/workingdir``,
3. lines that are rendered (see ``examples.datasets.lines``).

A folder has the folders ``train`` and ``test``, perhaps ``val``, with images ``*.png`` and their texts ``*.gt.txt``.
Without ``val`` the validation reads ``test``.
"""

import logging
import os
from pathlib import Path

from examples.datasets.lines.rendered import rendered_lines
from tfaip.util.errors import UserFileNotFoundError

logger = logging.getLogger(__name__)

WORKING_DIR = Path(__file__).parent.parent / "workingdir"


def default_lines(part: str, n_rendered: int) -> list[str]:
    """Return the paths of the images of the default data.

    Args:
        part: ``train``, ``val`` or ``test``.
        n_rendered: How many lines to render for the training if there are no others.

    Raises:
        UserError: If the folder that the environment names has no such lines, or none can be rendered.
    """
    explicit = os.environ.get("TFAIP_ATR_DIR")
    folder = Path(explicit).expanduser() if explicit else _first_folder(WORKING_DIR)
    if folder is None:
        folder = rendered_lines(n_rendered)
    paths = _images(folder, part)
    if not paths:
        raise UserFileNotFoundError(
            "There are no text lines.",
            where="TFAIP_ATR_DIR",
            expected=f"images in {folder / part}, such as {folder / part / 'a.png'} with its text in a.gt.txt",
            hint="correct TFAIP_ATR_DIR, or give --train.image_files and --val.image_files",
        )
    logger.info("Text lines (%s): %d images of %s", part, len(paths), folder)
    return paths


def _first_folder(parent: Path) -> Path | None:
    """Return the first folder in the working directory that has lines for a training."""
    folders = sorted(path for path in parent.glob("*") if path.is_dir()) if parent.is_dir() else []
    return next((folder for folder in folders if _images(folder, "train")), None)


def _images(folder: Path, part: str) -> list[str]:
    if part == "val" and not (folder / "val").is_dir():
        part = "test"
    return sorted(map(str, (folder / part).glob("*.png")))
