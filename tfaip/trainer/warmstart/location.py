# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a path of a warm start means."""

import enum
import os
from typing import List, Optional, Tuple

from tfaip.scenario.archive import open_model_directory
from tfaip.scenario.export.manifest import has_other_manifest
from tfaip.scenario.paramsfile import PARAMS_FILENAMES, check_saved_model_files, read_params_dict
from tfaip.trainer.checkpoint.runstate import MANIFEST_FILENAME
from tfaip.util.errors import UserFileNotFoundError, UserValueError, did_you_mean
from tfaip.util.file.inside import check_stays_inside

WHERE = "warmstart.model"
EXPECTED = (
    "a model directory (best, export) or its archive, a SavedModel, a run, one of its checkpoints, "
    "a TensorFlow checkpoint, or a file of weights (.npz, .safetensors)"
)


class Kind(enum.Enum):
    """A kind of stored weights."""

    SAVED_MODEL = "a SavedModel"
    CHECKPOINT = "a TensorFlow checkpoint"
    GENERATION = "a checkpoint of a run"
    NPZ = "an archive of NumPy arrays"
    SAFETENSORS = "a safetensors file"


def find_stored_model(path: str) -> Tuple[Kind, str]:
    """Return what a path means: its kind, and the directory, file or prefix to read.

    A run means its newest checkpoint, or its best model if it has none.

    Raises:
        UserFileNotFoundError: There is nothing.
        UserValueError: It is something that holds no weights, or that cannot be read.
    """
    path = open_model_directory(os.path.expanduser(path))
    if os.path.isdir(path):
        found = _in_directory(path)
        if found is not None:
            return found
        raise UserFileNotFoundError(
            "The directory holds no model to start with.",
            where=f"{WHERE} {path}",
            expected=EXPECTED,
            got=", ".join(sorted(os.listdir(path))[:8]) or "an empty directory",
        )
    if os.path.isfile(f"{path}.index"):
        return Kind.CHECKPOINT, path
    if os.path.isfile(path):
        return _of_file(path)
    raise UserFileNotFoundError(
        "There is no such model to start with.",
        where=WHERE,
        expected=EXPECTED,
        got=f"{path!r}, where nothing is",
        hint=_near(path),
    )


def _in_directory(path: str) -> Optional[Tuple[Kind, str]]:
    if os.path.isfile(os.path.join(path, "saved_model.pb")):
        check_saved_model_files(path)
        return Kind.SAVED_MODEL, path
    if has_other_manifest(path):
        return Kind.GENERATION, path
    return _newest_checkpoint(path) or _model_in(path)


def _newest_checkpoint(path: str) -> Optional[Tuple[Kind, str]]:
    filename = os.path.join(path, PARAMS_FILENAMES[0])
    if os.path.isfile(filename):
        sub_dir = read_params_dict(filename).get("saved_checkpoint_sub_dir") or ""
        check_stays_inside(sub_dir, f"{filename}, saved_checkpoint_sub_dir")
        folder = os.path.join(path, sub_dir)
        if sub_dir and os.path.isfile(os.path.join(folder, MANIFEST_FILENAME)):
            return Kind.GENERATION, folder
    # tfaip 1.2, which also wrote it into folders of epochs
    prefix = os.path.join(path, "variables", "variables")
    return (Kind.CHECKPOINT, prefix) if os.path.isfile(f"{prefix}.index") else None


def _model_in(path: str) -> Optional[Tuple[Kind, str]]:
    folders = [os.path.join(path, name) for name in sorted(os.listdir(path))]
    models = [folder for folder in folders if os.path.isfile(os.path.join(folder, "saved_model.pb"))]
    if len(models) == 1:
        check_saved_model_files(models[0])
        return Kind.SAVED_MODEL, models[0]
    for name in ("best", "export"):
        folder = os.path.join(path, name)
        if not models and os.path.isdir(folder):
            return _model_in(folder)
    return None


def _of_file(path: str) -> Tuple[Kind, str]:
    if path.endswith(".npz"):
        return Kind.NPZ, path
    if path.endswith(".safetensors"):
        return Kind.SAFETENSORS, path
    if path.endswith(".index"):
        return Kind.CHECKPOINT, path.removesuffix(".index")
    if path.endswith((".json", "saved_model.pb")):
        beside = path.removesuffix(".json")
        return find_stored_model(beside if os.path.isdir(beside) else os.path.dirname(os.path.abspath(path)))
    raise UserValueError(
        "Weights of this kind of file cannot be read.",
        where=f"{WHERE} {path}",
        expected=EXPECTED,
        got=os.path.basename(path),
        hint="a keras model becomes a file of weights by "
        "np.savez('weights.npz', **{w.path: w.numpy() for w in model.weights})."
        if path.endswith((".h5", ".keras", ".hdf5"))
        else None,
    )


def _near(path: str) -> Optional[str]:
    folder, name = os.path.split(os.path.abspath(path))
    beside: List[str] = os.listdir(folder) if os.path.isdir(folder) else []
    return did_you_mean(name, beside)
