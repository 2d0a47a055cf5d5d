# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""One generation of a checkpoint: a directory that is there as a whole or not at all."""

import contextlib
import dataclasses
import json
import os
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional

from tfaip.params.codec import load_json, save_params
from tfaip.trainer.checkpoint.callbackstates import from_json_and_arrays, to_json_and_arrays
from tfaip.trainer.checkpoint.names import checkpoint_sub_dir, other_generations
from tfaip.trainer.checkpoint.retention import MONITORED_KEY
from tfaip.trainer.checkpoint.runstate import MANIFEST_FILENAME, RUN_PARAMS_FILENAME, VARIABLES_1_2
from tfaip.trainer.checkpoint.variables import (
    VARIABLES_FILENAME,
    check_sum,
    read_arrays,
    read_variables,
    write_arrays,
    write_variables,
)
from tfaip.trainer.loop.loopstate import LoopState
from tfaip.util.errors import UserError, UserFileNotFoundError
from tfaip.util.file.atomic import new_directory, write_text_atomically
from tfaip.util.file.checksum import sum_of_file
from tfaip.version import __version__

if TYPE_CHECKING:
    import keras

    from tfaip.trainer.params import TrainerParams

SUMS_FILENAME = "sums.npz"
RANDOM_FILENAME = "random.npz"
CALLBACKS_FILENAME = "callbacks.json"
CALLBACK_ARRAYS_FILENAME = "callbacks.npz"
FORMAT_VERSION = 1


def write_generation(
    model: "keras.Model", params: "TrainerParams", epoch: int, state: Optional[LoopState] = None
) -> str:
    """Write a checkpoint and return its folder relative to the output directory.

    Args:
        model: The training model.
        params: Parameters of the training.
        epoch: Number of finished epochs.
        state: Where the training goes on; None if the position in the data is not known. Without the states of
            callbacks, :func:`complete_generation` is to be called later.
    """
    assert params.output_dir is not None
    state = state or LoopState(epoch)
    model.synchronize_replicas()
    sub_dir = checkpoint_sub_dir(params, epoch, state.step)
    path = os.path.join(params.output_dir, sub_dir)
    params.saved_checkpoint_sub_dir = sub_dir
    with new_directory(path) as folder:
        checksums = {VARIABLES_FILENAME: write_variables(model, folder)}
        if state.step > 0:
            sums = state.sums or model.accumulators()
            checksums[SUMS_FILENAME] = write_arrays(sums, os.path.join(folder, SUMS_FILENAME))
        manifest = {
            "format": FORMAT_VERSION,
            "epoch": epoch,
            "step": int(model.optimizer.iterations.numpy()),
            "schedule_start": list(getattr(model, "schedule_start", (0, 0))),
            "tfaip_version": __version__,
            "sha256": {**checksums, **_write_states(params, folder, state)},
            **state.to_dict(),
        }
        write_text_atomically(os.path.join(folder, MANIFEST_FILENAME), json.dumps(manifest, indent=2))
    return sub_dir


def complete_generation(
    params: "TrainerParams", folder: str, state: LoopState, monitored: Optional[Dict[str, Any]] = None
) -> None:
    """Add what is known at the end of an epoch only to its generation: states of callbacks, parameters.

    Args:
        params: Parameters of the training.
        folder: The folder of the generation.
        state: Where the training goes on, with the states.
        monitored: The value that tells how good the model is.
    """
    filename = os.path.join(folder, MANIFEST_FILENAME)
    manifest = load_json(filename) if os.path.isfile(filename) else {}
    if manifest.get("epoch") != state.epoch:
        # checkpoints are off, and this is the one that the run was resumed from
        return
    manifest["sha256"].update(_write_states(params, folder, state))
    if monitored is not None:
        manifest[MONITORED_KEY] = monitored
    write_text_atomically(filename, json.dumps(manifest, indent=2))


def _write_states(params: "TrainerParams", folder: str, state: LoopState) -> Dict[str, str]:
    """Write the parameters and the states that are known, and return the checksums of the files."""
    save_params(os.path.join(folder, RUN_PARAMS_FILENAME), params)
    checksums: Dict[str, str] = {}
    if state.random is not None:
        checksums[RANDOM_FILENAME] = write_arrays(state.random, os.path.join(folder, RANDOM_FILENAME))
    if state.callbacks is not None:
        # those that are written before the end of an epoch will be written once more
        checksums[RUN_PARAMS_FILENAME] = sum_of_file(os.path.join(folder, RUN_PARAMS_FILENAME))
        arrays: Dict[str, Any] = {}
        text = json.dumps(to_json_and_arrays(state.callbacks, arrays), indent=2)
        write_text_atomically(os.path.join(folder, CALLBACKS_FILENAME), text)
        checksums[CALLBACKS_FILENAME] = sum_of_file(os.path.join(folder, CALLBACKS_FILENAME))
        if arrays:
            checksums[CALLBACK_ARRAYS_FILENAME] = write_arrays(arrays, os.path.join(folder, CALLBACK_ARRAYS_FILENAME))
    return checksums


def read_generation(model: "keras.Model", folder: str) -> Dict[str, Any]:
    """Assign the variables of the checkpoint in ``folder`` and return its manifest.

    Raises:
        UserError: If it is missing, incomplete, damaged, or belongs to another model. Names another one.
    """
    with _naming_others(folder):
        manifest = _read_manifest(folder)
        read_variables(model, folder, manifest["sha256"][VARIABLES_FILENAME])
        return manifest


def read_loop_state(folder: str, manifest: Dict[str, Any]) -> LoopState:
    """Return where the training of the checkpoint in ``folder`` goes on.

    Args:
        folder: The folder.
        manifest: Its manifest.

    Raises:
        UserError: A file is missing or damaged, or the position is. Names another checkpoint.
    """
    with _naming_others(folder):
        sums = manifest["sha256"]
        for name, sha256 in sums.items():
            check_sum(folder, name, sha256)
        state = LoopState.from_manifest(manifest)
        return dataclasses.replace(
            state,
            sums=read_arrays(folder, SUMS_FILENAME, sums[SUMS_FILENAME]) if state.step > 0 else {},
            random=read_arrays(folder, RANDOM_FILENAME, sums[RANDOM_FILENAME]) if RANDOM_FILENAME in sums else None,
            callbacks=_read_callbacks(folder, sums) if CALLBACKS_FILENAME in sums else None,
        )


def _read_callbacks(folder: str, sums: Dict[str, str]) -> Dict[str, Any]:
    name = CALLBACK_ARRAYS_FILENAME
    arrays = read_arrays(folder, name, sums[name]) if name in sums else {}
    filename = os.path.join(folder, CALLBACKS_FILENAME)
    try:
        return dict(from_json_and_arrays(load_json(filename), arrays))
    except (KeyError, TypeError, ValueError) as error:
        raise UserError("The states of callbacks are damaged.", where=filename, got=repr(error)) from error


@contextlib.contextmanager
def _naming_others(folder: str) -> Iterator[None]:
    try:
        yield
    except UserError as error:
        others = other_generations(folder)
        if error.hint is None and others:
            hint = f"resume from an earlier checkpoint: tfaip-resume-training {others[-1]}"
            raise UserError(error.what, where=error.where, expected=error.expected, got=error.got, hint=hint) from error
        raise


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
        needed = [VARIABLES_FILENAME] + ([SUMS_FILENAME] if int(manifest.get("step_in_epoch", 0)) > 0 else [])
        _ = [manifest["sha256"][name] for name in needed], int(manifest["epoch"])
        _, _ = map(int, manifest.get("schedule_start", (0, 0)))
        if any(os.path.basename(name) != name for name in manifest["sha256"]):
            raise ValueError(f"{MANIFEST_FILENAME} names a file of another folder")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError("The checkpoint's manifest is damaged.", where=filename, got=str(error)) from error
    return manifest


def _refuse_version_1(folder: str) -> None:
    if os.path.isfile(os.path.join(folder, VARIABLES_1_2)):
        raise UserError(
            "The checkpoint of tfaip 1.2 cannot be resumed: its optimizer and graph are stored in another way.",
            where=folder,
            expected=MANIFEST_FILENAME,
            got=VARIABLES_1_2,
            hint=f"tfaip-train-from-params {os.path.normpath(folder)} --trainer.output_dir NEW_DIR "
            "--warmstart.model MODEL starts a new training from a model of the run.",
        )
