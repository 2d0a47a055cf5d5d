# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a training that does not start leaves in its output directory: nothing."""

import contextlib
import os
from typing import List

from tfaip.params.config.reader import CONFIG_FILENAME
from tfaip.trainer.checkpoint.finalexport import PENDING_FILENAME
from tfaip.trainer.checkpoint.runstate import RUN_PARAMS_FILENAME
from tfaip.util.file.atomic import remove_temporary_entries

LOG_FILENAME = "train.log"
# all that is written before the first epoch
START_FILES = {LOG_FILENAME, CONFIG_FILENAME, RUN_PARAMS_FILENAME, PENDING_FILENAME}


class OutputDir:
    """Remembers what was there of an output directory.

    Args:
        path: The directory.
    """

    def __init__(self, path: str):
        self._path = os.path.abspath(path)
        self._was_free = not os.path.isdir(path) or not os.listdir(path)
        self._new_folders: List[str] = []
        folder = self._path
        while not os.path.lexists(folder):
            self._new_folders.append(folder)
            folder = os.path.dirname(folder)

    def take_back(self) -> None:
        """Remove the files of the start, and the folders that were made for them.

        A directory that had held anything before, or holds anything else now, is left as it is.
        """
        if not self._was_free or not os.path.isdir(self._path):
            return
        remove_temporary_entries(self._path)
        names = set(os.listdir(self._path))
        if not names <= START_FILES:
            return
        for name in names:
            os.remove(os.path.join(self._path, name))
        # another process may have begun to use one of the folders
        with contextlib.suppress(OSError):
            for folder in self._new_folders:
                os.rmdir(folder)
