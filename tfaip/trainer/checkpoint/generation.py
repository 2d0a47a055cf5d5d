# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""One generation of a checkpoint: a directory that is there as a whole or not at all."""

import contextlib
import json
import os
import re
import shutil
from typing import TYPE_CHECKING, Any, Dict, Iterator, List

from tfaip.params.codec import save_params
from tfaip.trainer.checkpoint.runstate import MANIFEST_FILENAME, RUN_PARAMS_FILENAME
from tfaip.trainer.checkpoint.variables import read_variables, write_variables
from tfaip.util.errors import UserError, UserFileNotFoundError
from tfaip.util.file.atomic import new_directory, write_text_atomically
from tfaip.util.file.inside import check_stays_inside
from tfaip.version import __version__

if TYPE_CHECKING:
    import keras

    from tfaip.trainer.params import TrainerParams

DEFAULT_SUB_DIR = "checkpoint/epoch_{epoch:04d}"
FORMAT_VERSION = 1
# nothing else of str.format: the pattern may come out of a file
SUB_DIR_PATTERN = re.compile(r"^(?:[^{}]|\{epoch(?::0?\d{0,2}d?)?\})*$")
GENERATION = re.compile(r"^epoch_\d+$")


def checkpoint_sub_dir(params: "TrainerParams", epoch: int) -> str:
    """Return the folder of the checkpoint after ``epoch`` finished epochs, relative to the output directory.

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
    return os.path.normpath(pattern.format(epoch=epoch))


def write_generation(model: "keras.Model", params: "TrainerParams", epoch: int) -> str:
    """Write the checkpoint after ``epoch`` finished epochs and return its folder relative to the output directory."""
    assert params.output_dir is not None
    sub_dir = checkpoint_sub_dir(params, epoch)
    path = os.path.join(params.output_dir, sub_dir)
    params.saved_checkpoint_sub_dir = sub_dir
    with new_directory(path) as folder:
        checksum = write_variables(model, folder)
        manifest = {
            "format": FORMAT_VERSION,
            "epoch": epoch,
            "step": int(model.optimizer.iterations.numpy()),
            "tfaip_version": __version__,
            "sha256": {"variables.npz": checksum},
        }
        write_text_atomically(os.path.join(folder, MANIFEST_FILENAME), json.dumps(manifest, indent=2))
        save_params(os.path.join(folder, RUN_PARAMS_FILENAME), params)
    return sub_dir


def read_generation(model: "keras.Model", folder: str) -> Dict[str, Any]:
    """Assign the variables of the checkpoint in ``folder`` and return its manifest.

    Raises:
        UserError: If it is missing, incomplete, damaged, or belongs to another model. Names another one.
    """
    with _naming_others(folder):
        manifest = _read_manifest(folder)
        read_variables(model, folder, manifest["sha256"]["variables.npz"])
        return manifest


@contextlib.contextmanager
def _naming_others(folder: str) -> Iterator[None]:
    try:
        yield
    except UserError as error:
        others = _other_generations(folder)
        if error.hint is None and others:
            hint = f"resume from an earlier checkpoint: tfaip-resume-training {others[-1]}"
            raise UserError(error.what, where=error.where, expected=error.expected, got=error.got, hint=hint) from error
        raise


def _other_generations(folder: str) -> List[str]:
    root = os.path.dirname(os.path.abspath(folder))
    names = [name for name in os.listdir(root) if GENERATION.match(name)] if os.path.isdir(root) else []
    paths = [os.path.join(root, name) for name in sorted(names, key=_number_of)]
    return [path for path in paths if path != os.path.abspath(folder) and os.path.isfile(f"{path}/{MANIFEST_FILENAME}")]


def read_manifest(folder: str) -> Dict[str, Any]:
    """Return the manifest of the checkpoint in ``folder``.

    Raises:
        UserError: If it is missing or damaged. Names another checkpoint.
    """
    with _naming_others(folder):
        return _read_manifest(folder)


def _read_manifest(folder: str) -> Dict[str, Any]:
    filename = os.path.join(folder, MANIFEST_FILENAME)
    if not os.path.isfile(filename):
        _refuse_version_1(folder)
        raise UserFileNotFoundError(
            "There is no complete checkpoint to resume from.",
            where=folder,
            expected=MANIFEST_FILENAME,
            got=", ".join(sorted(os.listdir(folder))[:8]) if os.path.isdir(folder) else "no directory",
        )
    try:
        with open(filename, encoding="utf-8") as file:
            manifest = json.load(file)
        _ = manifest["sha256"]["variables.npz"], int(manifest["epoch"])
    except (ValueError, KeyError, TypeError) as error:
        raise UserError("The checkpoint's manifest is damaged.", where=filename, got=str(error)) from error
    return manifest


def _refuse_version_1(folder: str) -> None:
    if os.path.isfile(os.path.join(folder, "variables", "variables.index")):
        raise UserError(
            "The checkpoint of tfaip 1.2 cannot be resumed: its optimizer and graph are stored in another way.",
            where=folder,
            expected=MANIFEST_FILENAME,
            got="variables/variables.index",
            hint=f"tfaip-train-from-params {os.path.normpath(folder)} --trainer.output_dir NEW_DIR "
            "--warmstart.model MODEL starts a new training from a model of the run.",
        )


def _number_of(name: str) -> int:
    return int(name.rpartition("_")[2])


def remove_old_generations(params: "TrainerParams", keep: int = 2) -> None:
    """Remove all but the newest ``keep`` generations. Folders of a pattern of the user are never removed."""
    if params.checkpoint_sub_dir or params.output_dir is None:
        return
    root = os.path.join(params.output_dir, os.path.dirname(DEFAULT_SUB_DIR))
    if not os.path.isdir(root):
        return
    generations = sorted((name for name in os.listdir(root) if GENERATION.match(name)), key=_number_of)
    current = os.path.basename(params.saved_checkpoint_sub_dir)
    for name in generations[:-keep]:
        if name != current:
            shutil.rmtree(os.path.join(root, name))
