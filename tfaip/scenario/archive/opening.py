# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""An archive in the place of a model directory."""

import os
import threading
from typing import Dict, List, Optional, Tuple

from tfaip.params.codec import load_json
from tfaip.scenario.archive.limits import ArchiveLimits
from tfaip.scenario.archive.tarreader import unpack_tar
from tfaip.scenario.archive.temporaryfolder import create_temporary_folder, remove_temporary_folder
from tfaip.scenario.archive.zipreader import unpack_zip
from tfaip.scenario.paramsfile import MANIFEST_FILENAME, PARAMETERS_KEY, PARAMS_FILENAMES, is_archive
from tfaip.util.errors import UserFileNotFoundError
from tfaip.util.file.inside import climbs_out

__all__ = ["is_archive", "is_from_archive", "open_model_directory", "unpack"]

# the folder of each archive that this process has unpacked, by what tells that it is still the same
_unpacked: Dict[Tuple[str, int, int, int], str] = {}
_lock = threading.Lock()


def open_model_directory(path: str, limits: Optional[ArchiveLimits] = None) -> str:
    """Return the model directory that ``path`` means, or its parameter file if that has a name of its own.

    An archive is unpacked into a private temporary folder, once in the life of the process, which removes it at its
    end. Everything else is returned as it is, with ``~`` for the home replaced.

    Args:
        path: A model directory, something in it, or an archive of one.
        limits: How large the archive may be. Default: :meth:`ArchiveLimits.of_environment`.

    Raises:
        UserError: The archive is damaged, too large, or holds something else than a model directory. Nothing of it is
            left.
    """
    expanded = os.path.abspath(os.path.expanduser(path))
    if not is_archive(expanded):
        return os.path.expanduser(path)
    info = os.stat(expanded)
    key = (os.path.realpath(expanded), info.st_ino, info.st_size, info.st_mtime_ns)
    with _lock:
        if key not in _unpacked or not os.path.isdir(_unpacked[key]):
            _unpacked[key] = _unpack_to_temporary(expanded, limits or ArchiveLimits.of_environment())
        return _unpacked[key]


def _unpack_to_temporary(path: str, limits: ArchiveLimits) -> str:
    folder = create_temporary_folder()
    content = os.path.join(folder, "model")
    try:
        os.mkdir(content, 0o700)
        unpack(path, content, limits)
        return _model_directory_in(content, path)
    except BaseException:
        remove_temporary_folder(folder)
        raise


def is_from_archive(path: str) -> bool:
    """Return whether a path is in a folder that an archive was unpacked to."""
    real = os.path.realpath(path)
    with _lock:
        folders = list(_unpacked.values())
    return any(os.path.join(real, "").startswith(os.path.join(folder, "")) for folder in map(_unpacked_root, folders))


def _unpacked_root(model: str) -> str:
    """Return the folder that holds a model, or the parameter file that stands for it."""
    return os.path.realpath(model if os.path.isdir(model) else os.path.dirname(model))


def unpack(path: str, folder: str, limits: ArchiveLimits) -> None:
    """Unpack an archive into an empty folder.

    Args:
        path: The archive.
        folder: The folder.
        limits: How large it may be.

    Raises:
        UserError: It is damaged, too large, or holds something else than files and folders.
    """
    unpack_kind = unpack_zip if path.lower().endswith(".zip") else unpack_tar
    unpack_kind(path, folder, limits)


def _model_directory_in(folder: str, path: str) -> str:
    """Return what leads to the model: ``folder``, the only one in it, or the parameter file."""
    inner: List[str] = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    models = [model for entry in [folder, *inner] if (model := _model_at(entry)) is not None]
    if len(models) == 1 or folder in models:
        return models[0]
    raise UserFileNotFoundError(
        "The archive holds no model directory." if not models else "The archive holds several model directories.",
        where=path,
        expected=f"one model directory, with {' or '.join(PARAMS_FILENAMES)}",
        got=", ".join(os.path.basename(entry) for entry in (models or inner)[:8]) or "an empty archive",
        hint="pack a model directory with tfaip-export MODEL_DIR --output FILE.",
    )


def _model_at(folder: str) -> Optional[str]:
    """Return a model directory, or its parameter file if the manifest gives it another name than usual."""
    if any(os.path.isfile(os.path.join(folder, name)) for name in PARAMS_FILENAMES):
        return folder
    filename = os.path.join(folder, MANIFEST_FILENAME)
    manifest = load_json(filename) if os.path.isfile(filename) else None
    name = manifest.get(PARAMETERS_KEY) if isinstance(manifest, dict) else None
    if not isinstance(name, str) or climbs_out(name) or not os.path.isfile(os.path.join(folder, name)):
        return None
    return os.path.join(folder, name)
