# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where an exported model is written, and what it may not overwrite."""

import os

from tfaip.scenario.archive import open_model_directory
from tfaip.scenario.export.manifest import has_other_manifest
from tfaip.scenario.paramsfile import ARCHIVE_ENDINGS, MANIFEST_FILENAME, PARAMS_FILENAMES
from tfaip.scripts.outputfiles import check_can_be_written, check_folder_can_be_written
from tfaip.util.errors import UserError

# of runs, which are no models
RUN_ENTRIES = ("checkpoint", "best", "export", "variables", "train.log")


def archive_of(output: str, pack: bool) -> str:
    """Return what is written: the output as it is named, or its archive."""
    return f"{os.path.normpath(output)}.zip" if pack and not is_archive_name(output) else output


def is_archive_name(output: str) -> bool:
    """Return whether a name is that of an archive."""
    return output.lower().endswith(ARCHIVE_ENDINGS)


def check_target(output: str, source: str, overwrite: bool, flag: str) -> None:
    """Check that nothing is overwritten but a model, and that only if the user says so.

    Args:
        output: The model directory or archive to write.
        source: What it is made of.
        overwrite: Whether a model may be replaced.
        flag: The flag that names the output.

    Raises:
        UserError: It cannot be written, something else is there, or a model without ``overwrite``.
    """
    is_archive = is_archive_name(output)
    (check_can_be_written if is_archive else check_folder_can_be_written)(output, flag)
    if not os.path.lexists(output) or (not is_archive and os.path.isdir(output) and not os.listdir(output)):
        return
    if is_archive or os.path.isfile(output):
        replaceable, what = is_archive and os.path.isfile(output) and _is_packed_model(output), "a file"
    else:
        replaceable, what = _is_model_directory(output) and not _contains(output, source), "a directory"
    if not replaceable:
        got = f"{what} that holds something else"
        hint = "give another name."
    elif not overwrite:
        got = f"{what} that is there already"
        hint = "give another name, or --overwrite to replace it."
    else:
        return
    raise UserError(
        "The model is not written: its place is taken.",
        where=f"{flag} {output}",
        expected="a new or an empty directory, or an exported model with --overwrite",
        got=got,
        hint=hint,
    )


def _is_model_directory(path: str) -> bool:
    if not os.path.isdir(path) or has_other_manifest(path):
        return False
    has_params = any(os.path.isfile(os.path.join(path, name)) for name in PARAMS_FILENAMES)
    has_manifest = os.path.isfile(os.path.join(path, MANIFEST_FILENAME))
    return (has_params or has_manifest) and not any(os.path.exists(os.path.join(path, name)) for name in RUN_ENTRIES)


def _is_packed_model(path: str) -> bool:
    try:
        open_model_directory(path)
    except UserError:
        return False
    return True


def _contains(folder: str, path: str) -> bool:
    folder, path = os.path.realpath(folder), os.path.realpath(path)
    return path != folder and path.startswith(os.path.join(folder, ""))
