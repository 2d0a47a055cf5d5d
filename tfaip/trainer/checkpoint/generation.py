# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""One generation of a checkpoint: a directory that is there as a whole or not at all."""

import contextlib
import dataclasses
import json
import os
import re
import shutil
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Tuple

from tfaip.params.codec import save_params
from tfaip.trainer.checkpoint.runstate import MANIFEST_FILENAME, RUN_PARAMS_FILENAME
from tfaip.trainer.checkpoint.variables import read_arrays, read_variables, write_arrays, write_variables
from tfaip.trainer.loop.loopstate import LoopState
from tfaip.util.errors import UserError, UserFileNotFoundError
from tfaip.util.file.atomic import new_directory, write_text_atomically
from tfaip.util.file.inside import check_stays_inside
from tfaip.version import __version__

if TYPE_CHECKING:
    import keras

    from tfaip.trainer.params import TrainerParams

DEFAULT_SUB_DIR = "checkpoint/epoch_{epoch:04d}"
SUMS_FILENAME = "sums.npz"
FORMAT_VERSION = 1
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


def write_generation(
    model: "keras.Model", params: "TrainerParams", epoch: int, state: Optional[LoopState] = None
) -> str:
    """Write a checkpoint and return its folder relative to the output directory.

    Args:
        model: The training model.
        params: Parameters of the training.
        epoch: Number of finished epochs.
        state: Where the training goes on; None if the position in the data is not known.
    """
    assert params.output_dir is not None
    state = state or LoopState(epoch)
    sub_dir = checkpoint_sub_dir(params, epoch, state.step)
    path = os.path.join(params.output_dir, sub_dir)
    params.saved_checkpoint_sub_dir = sub_dir
    with new_directory(path) as folder:
        checksums = {"variables.npz": write_variables(model, folder)}
        if state.step > 0:
            checksums[SUMS_FILENAME] = write_arrays(model.accumulators(), os.path.join(folder, SUMS_FILENAME))
        manifest = {
            "format": FORMAT_VERSION,
            "epoch": epoch,
            "step": int(model.optimizer.iterations.numpy()),
            "tfaip_version": __version__,
            "sha256": checksums,
            **state.to_dict(),
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


def read_loop_state(folder: str, manifest: Dict[str, Any]) -> LoopState:
    """Return where the training of the checkpoint in ``folder`` goes on.

    Args:
        folder: The folder.
        manifest: Its manifest.

    Raises:
        UserError: The file with the sums is missing or damaged, or the position is. Names another checkpoint.
    """
    with _naming_others(folder):
        state = LoopState.from_manifest(manifest)
        if state.step == 0:
            return state
        return dataclasses.replace(state, sums=read_arrays(folder, SUMS_FILENAME, manifest["sha256"][SUMS_FILENAME]))


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
        if int(manifest.get("step_in_epoch", 0)) > 0:
            _ = manifest["sha256"][SUMS_FILENAME]
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


def _number_of(name: str) -> Tuple[int, int]:
    match = GENERATION.match(name)
    assert match is not None
    return int(match.group(1)), int(match.group(2) or 0)


def remove_old_generations(params: "TrainerParams", keep: int = 2) -> None:
    """Remove old generations. Folders of a pattern of the user are never removed.

    Args:
        params: Parameters of the training.
        keep: How many to keep: the newest ones of whole epochs, and of those within epochs the newest ones after them.
    """
    if params.checkpoint_sub_dir or params.output_dir is None:
        return
    root = os.path.join(params.output_dir, os.path.dirname(DEFAULT_SUB_DIR))
    if not os.path.isdir(root):
        return
    generations = sorted((name for name in os.listdir(root) if GENERATION.match(name)), key=_number_of)
    current = os.path.basename(params.saved_checkpoint_sub_dir)
    whole = [name for name in generations if _number_of(name)[1] == 0]
    newest = _number_of(whole[-1]) if whole else (-1, 0)
    within = [name for name in generations if _number_of(name)[1] > 0 and _number_of(name) > newest]
    for name in generations:
        if name not in {*whole[-keep:], *within[-keep:], current}:
            shutil.rmtree(os.path.join(root, name))
