# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where the generations of a run are."""

import itertools
import os
import re
from typing import TYPE_CHECKING, List, Tuple

from tfaip.trainer.checkpoint.runstate import MANIFEST_FILENAME
from tfaip.util.errors import UserError
from tfaip.util.file.inside import check_stays_inside

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams

DEFAULT_SUB_DIR = "checkpoint/epoch_{epoch:04d}"
# nothing else of str.format: the pattern may come out of a file
SUB_DIR_PATTERN = re.compile(r"^(?:[^{}]|\{epoch(?::0?\d{0,2}d?)?\})*$")
GENERATION = re.compile(r"^epoch_(\d+)(?:_step_(\d+))?$")


def checkpoint_sub_dir(params: "TrainerParams", epoch: int, step: int = 0) -> str:
    """Return the folder of a checkpoint, relative to the output directory.

    Args:
        params: Parameters of the training.
        epoch: Number of finished epochs.
        step: Number of steps done of the next one.

    Raises:
        UserError: If ``checkpoint_sub_dir`` is no valid pattern.
    """
    pattern = params.checkpoint_sub_dir or DEFAULT_SUB_DIR
    if not SUB_DIR_PATTERN.match(pattern):
        raise UserError(
            "The pattern of the checkpoint folder cannot be filled in.",
            where="trainer.checkpoint_sub_dir",
            expected="a path that may hold {epoch}, such as checkpoint/{epoch:04d}",
            got=repr(pattern),
        )
    check_stays_inside(pattern, "trainer.checkpoint_sub_dir")
    folder = os.path.normpath(pattern.format(epoch=epoch))
    if step == 0:
        return folder
    # each overwrites the one before where nothing is removed
    return f"{folder}_step" if params.checkpoint_sub_dir else f"{folder}_step_{step:06d}"


def number_of(name: str) -> Tuple[int, int]:
    """Return the numbers of epochs and steps that the folder of a generation tells; the name must be one."""
    match = GENERATION.match(name)
    assert match is not None
    return int(match.group(1)), int(match.group(2) or 0)


def generations_in(root: str) -> List[str]:
    """Return the names of the generations in a folder, the oldest one first."""
    names = os.listdir(root) if os.path.isdir(root) else []
    return sorted((name for name in names if GENERATION.match(name)), key=number_of)


def other_generations(folder: str) -> List[str]:
    """Return the paths of the complete generations beside one, the oldest one first."""
    folder = os.path.abspath(folder)
    root = os.path.dirname(folder)
    paths = [os.path.join(root, name) for name in generations_in(root)]
    return [path for path in paths if path != folder and os.path.isfile(os.path.join(path, MANIFEST_FILENAME))]


def older_generations(folder: str) -> List[str]:
    """Return the paths of the complete generations that are older than one, the oldest one first."""
    name = os.path.basename(os.path.abspath(folder))
    if not GENERATION.match(name):
        return []
    return [path for path in other_generations(folder) if number_of(os.path.basename(path)) < number_of(name)]


def put_aside(folder: str) -> str:
    """Rename a damaged generation, so that none of the same number takes its place, and return its new path."""
    numbers = itertools.count(2)
    path = f"{folder}_damaged"
    while os.path.lexists(path):
        path = f"{folder}_damaged_{next(numbers)}"
    os.rename(folder, path)
    return path
