# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A folder of rendered text lines, with list files for training, validation and test.

The validation has other texts than the training, the test other texts and other faces.
"""

import logging
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from examples.datasets.files import cache_dir, only_one_process, temporary_folder
from examples.datasets.lines.faces import TEST_FACES, TRAIN_FACES, Face
from examples.datasets.lines.texts import TEST_BOOKS, VALIDATION_BOOKS, draw_text, read_words
from examples.datasets.wheels import FetchError
from tfaip.util.errors import UserError
from tfaip.util.multiprocessing.parallelmap import parallel_map

logger = logging.getLogger(__name__)

PARTS = ("train", "val", "test")
# changed whenever the same number of lines would look different
_VERSION = 1
_SHARE_OF_VALIDATION_AND_TEST = 20
_FEWEST = 20
_MANY = 1000


@dataclass(frozen=True)
class LineTask:
    """A line to render.

    Args:
        stem: Path of the files without their endings.
        text: The text.
        face: The font.
        seed: Seeds how it looks.
    """

    stem: str
    text: str
    face: Face
    seed: tuple[int, ...]


def rendered_lines(n_train: int) -> Path:
    """Return a folder with ``train.lst``, ``val.lst`` and ``test.lst``, which is made at the first call.

    Each list names images by their path in the folder; beside ``a.png`` is its text, ``a.gt.txt``.

    Args:
        n_train: Number of lines for training; validation and test get a twentieth of it each.

    Raises:
        UserError: If the text or the fonts are neither in the cache nor can be fetched.
    """
    name = f"rendered-lines-{_VERSION}-{n_train}"
    folder = cache_dir() / name
    with only_one_process(name):
        if not folder.exists():
            with temporary_folder(cache_dir()) as parent:
                _render(parent / name, n_train)
                (parent / name).rename(folder)
    logger.info("Text lines: %d rendered ones in %s", n_train, folder)
    return folder


def _render(folder: Path, n_train: int) -> None:
    n_other = max(_FEWEST, n_train // _SHARE_OF_VALIDATION_AND_TEST)
    try:
        words = read_words({"train": (), "val": VALIDATION_BOOKS, "test": TEST_BOOKS})
        tasks = [
            *_tasks(folder, "train", n_train, words["train"], TRAIN_FACES),
            *_tasks(folder, "val", n_other, words["val"], TRAIN_FACES),
            *_tasks(folder, "test", n_other, words["test"], TEST_FACES),
        ]
    except FetchError as error:
        raise UserError(
            "There are no text lines: text and fonts to render some cannot be fetched.",
            got=str(error),
            hint="give images with transcriptions (--train.image_files 'lines/*.png', beside a.png its text a.gt.txt), "
            "or make a package index reachable",
        ) from error
    logger.info("Rendering %d text lines", len(tasks))
    # worker processes have to start first, which does not pay for a few lines
    processes = 0 if len(tasks) > _MANY else 1
    parallel_map(render, tasks, processes=processes, desc="Rendering", progress_bar=sys.stderr.isatty())


def _tasks(folder: Path, part: str, n: int, words: list[str], faces: list[Face]) -> list[LineTask]:
    """Return what to render, and write the list; the fonts are fetched here, not by each process."""
    (folder / part).mkdir(parents=True)
    for face in faces:
        face.content()
    tasks = []
    for index in range(n):
        seed = (_VERSION, PARTS.index(part), index)
        text = draw_text(words, np.random.default_rng((*seed, 0)))
        tasks.append(LineTask(str(folder / part / f"{index:05}"), text, faces[index % len(faces)], (*seed, 1)))
    paths = [f"{part}/{Path(task.stem).name}.png" for task in tasks]
    (folder / f"{part}.lst").write_text("\n".join(paths) + "\n", encoding="utf-8")
    return tasks


def render(task: LineTask) -> None:
    """Draw a line and write image and text."""
    from PIL import Image

    from examples.datasets.lines.drawing import draw_line

    pixels = draw_line(task.text, task.face.content(), np.random.default_rng(task.seed))
    Image.fromarray(pixels).save(f"{task.stem}.png")
    Path(f"{task.stem}.gt.txt").write_text(task.text + "\n", encoding="utf-8")
