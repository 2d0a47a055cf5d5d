# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which files are code: never data, never what may hold secrets, never the results of other runs."""

import fnmatch
import os
import re
from typing import Dict, Optional

from tfaip.util.file.inside import climbs_out

MAX_FILE_BYTES = 1 << 20
DATA = "data"
SECRETS = [
    ".env",
    ".env.*",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.keytab",
    "id_rsa*",
    "id_ed25519*",
    ".netrc",
    ".pypirc",
    ".git-credentials",
    "*credential*",
    "*secret*",
    "*password*",
]
_SECRET = re.compile("|".join(map(fnmatch.translate, SECRETS)))
_PICTURES = (".avif", ".bmp", ".gif", ".heic", ".ico", ".jpeg", ".jpg", ".pdf", ".pgm", ".png", ".ppm", ".tif", ".tiff")
_SOUND = (".avi", ".flac", ".mov", ".mp3", ".mp4", ".ogg", ".wav", ".webm", ".webp")
_TABLES = (".csv", ".db", ".feather", ".jsonl", ".lmdb", ".parquet", ".sqlite", ".tsv", ".xls", ".xlsx")
_ARRAYS = (".bin", ".data", ".h5", ".hdf5", ".mat", ".npy", ".npz", ".pickle", ".pkl", ".tfrecord", ".tfrecords")
_MODELS = (".ckpt", ".index", ".keras", ".onnx", ".pb", ".pt", ".pth", ".safetensors")
_ARCHIVES = (".bz2", ".gz", ".rar", ".tar", ".tgz", ".whl", ".xz", ".zip", ".zst")
_DATA_SUFFIXES = _PICTURES + _SOUND + _TABLES + _ARRAYS + _MODELS + _ARCHIVES
_PROGRAMS = (".bash", ".c", ".cc", ".cpp", ".cu", ".cuh", ".cxx", ".h", ".hpp", ".ipynb", ".jl", ".lua", ".pxd", ".py")
_MORE_PROGRAMS = (".pyi", ".pyx", ".r", ".rs", ".sh", ".sql")
_SETTINGS = (".cfg", ".cmake", ".ini", ".md", ".rst", ".toml", ".yaml", ".yml")
_SOURCE_SUFFIXES = _PROGRAMS + _MORE_PROGRAMS + _SETTINGS
_SOURCE_NAMES = ["Dockerfile*", "Makefile", "makefile", "requirements*.txt", "CMakeLists.txt"]
# a directory that holds one of these is a run or a model
_RESULT_FILES = ("run.json", "trainer_params.json", "scenario_params.json", "net_config.json")


def why_no_code(path: str) -> Optional[str]:
    """Return why a file under version control is left out by its name; None if it is not.

    Args:
        path: Its path within the snapshot, with ``/`` between folders.
    """
    name = path.rpartition("/")[2].lower()
    if not _is_text(path) or climbs_out(path):
        return "its name"
    if _SECRET.match(name):
        return "may hold secrets"
    return DATA if name.endswith(_DATA_SUFFIXES) else None


def is_source(path: str) -> bool:
    """Return whether the name of a file is that of source code or its configuration."""
    name = path.rpartition("/")[2]
    return name.lower().endswith(_SOURCE_SUFFIXES) or any(fnmatch.fnmatchcase(name, glob) for glob in _SOURCE_NAMES)


class Results:
    """Knows which folders hold the results of a run.

    Args:
        root: The directory that paths are relative to.
        output_dir: The directory of the present run.
    """

    def __init__(self, root: str, output_dir: str):
        self._root = os.path.realpath(root)
        self._output_dir = os.path.realpath(output_dir)
        self._known: Dict[str, bool] = {"": False}

    def holds(self, path: str) -> bool:
        """Return whether a file lies in such a folder.

        Args:
            path: Its path relative to the root.
        """
        return self._is_result(os.path.dirname(path))

    def _is_result(self, folder: str) -> bool:
        if folder not in self._known:
            full = os.path.join(self._root, folder)
            self._known[folder] = (
                self._is_result(os.path.dirname(folder))
                or full == self._output_dir
                or any(os.path.exists(os.path.join(full, name)) for name in _RESULT_FILES)
            )
        return self._known[folder]


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
