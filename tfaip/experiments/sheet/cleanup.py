# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Removing the directory of an earlier run, as CLEANUP asks for."""

import os
import shutil
import tempfile

from tfaip.runs.format.names import RUN_FILENAME
from tfaip.runs.reading.discovery import is_run
from tfaip.util.errors import UserError
from tfaip.util.file.atomic import TEMPORARY_PREFIX


def is_to_be_removed(path: str) -> bool:
    """Return whether there is anything to be removed."""
    return os.path.lexists(path) and not (os.path.isdir(path) and not os.path.islink(path) and not os.listdir(path))


def check_removable(path: str) -> None:
    """Check that a directory may be removed: it is one run and nothing else.

    Raises:
        UserError: It may not.
    """
    real = os.path.realpath(path)
    for name, folder in (("the working directory", os.getcwd()), ("the home directory", os.path.expanduser("~"))):
        if os.path.join(os.path.realpath(folder), "").startswith(os.path.join(real, "")):
            raise _refusal(path, f"it holds {name}")
    if os.path.islink(path):
        raise _refusal(path, "it is a link")
    if not os.path.isdir(path) or not is_run(path):
        raise _refusal(path, "it is no run of a training")
    if os.path.lexists(os.path.join(path, ".git")):
        raise _refusal(path, "it is a repository")
    inner = next((name for name in os.listdir(path) if _holds_run(os.path.join(path, name))), None)
    if inner is not None:
        raise _refusal(path, f"it holds another run, {inner}")


def remove_run(path: str) -> None:
    """Remove the directory of a run; a process that is killed meanwhile leaves it, or a directory ``.tmp-*``.

    Raises:
        UserError: It is no run, see :func:`check_removable`.
        OSError: It cannot be removed.
    """
    check_removable(path)
    parent = os.path.dirname(os.path.abspath(path))
    temporary = tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=parent)
    os.rename(path, os.path.join(temporary, "run"))
    shutil.rmtree(temporary)


def _holds_run(path: str) -> bool:
    if os.path.isfile(os.path.join(path, RUN_FILENAME)):
        return True
    return all(os.path.isfile(os.path.join(path, name)) for name in ("trainer_params.json", "train.log"))


def _refusal(path: str, reason: str) -> UserError:
    return UserError(
        "The directory is not removed.",
        where=path,
        expected="a directory that holds a run",
        got=reason,
        hint="empty CLEANUP, and remove the directory yourself if it is to go",
    )
