# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The variables of a training as a plain file: every variable of the model and of its optimizer by its name.

A plain dictionary of all variables keeps what ``save_weights`` and ``tf.train.Checkpoint`` lose: the states of random
layers.
"""

import hashlib
import io
import os
import zipfile
from typing import Any, Dict, List, Mapping, Tuple

import keras
import numpy as np
import tensorflow as tf

from tfaip.model.variables import named_variables
from tfaip.util.errors import UserError, UserFileNotFoundError
from tfaip.util.file.atomic import write_bytes_atomically
from tfaip.util.file.checksum import sum_of_file

VARIABLES_FILENAME = "variables.npz"
BFLOAT16 = ":bfloat16"


class VariablesMismatch(UserError):
    """The variables of a checkpoint are not those of the model.

    Args:
        problems: A text for each variable that does not fit.
        filename: The file of the checkpoint.
    """

    def __init__(self, problems: List[str], filename: str):
        self.problems = problems
        super().__init__(
            "The checkpoint does not belong to this model.",
            where=filename,
            expected="the variables of the model that the parameters describe",
            got="; ".join(problems[:5]) + (f"; and {len(problems) - 5} more" if len(problems) > 5 else ""),
            hint="resume with the parameters of the model that the run was started with.",
        )


def training_variables(model: "keras.Model") -> "Dict[str, keras.Variable]":
    """Return all variables of a compiled training model.

    Returns:
        ``model/<attribute path>``, ``optimizer/<index>``, and ``average/<attribute path>`` for the averages of the
        weights: right also while the model holds the averages.
    """
    variables = {f"model/{name}": variable for name, variable in named_variables(model.root_graph).items()}
    average = model.updates.average
    if average is not None:
        variables.update({f"model/{name}": variable for name, variable in average.trained().items()})
        variables.update({f"average/{name}": variable for name, variable in average.averaged().items()})
    for index, variable in enumerate(model.optimizer.variables):
        variables[f"optimizer/{index:05d}"] = variable
    return variables


def write_variables(model: "keras.Model", folder: str) -> str:
    """Write the variables into ``folder`` and return the SHA-256 of the file."""
    arrays = dict(_encode(name, variable) for name, variable in training_variables(model).items())
    return write_arrays(arrays, os.path.join(folder, VARIABLES_FILENAME))


def write_arrays(arrays: Mapping[str, np.ndarray], filename: str) -> str:
    """Write named arrays and return the SHA-256 of the file."""
    buffer = io.BytesIO()
    values: Any = dict(arrays)
    np.savez(buffer, **values)
    content = buffer.getbuffer()
    write_bytes_atomically(filename, content)
    return hashlib.sha256(content).hexdigest()


def _encode(name: str, variable: "keras.Variable") -> Tuple[str, np.ndarray]:
    value = variable.value.numpy()
    # NumPy's files know no bfloat16: its bits are stored, and the type beside the name
    return (f"{name}{BFLOAT16}", value.view(np.uint16)) if value.dtype.name == "bfloat16" else (name, value)


def _decode(name: str, value: np.ndarray) -> Tuple[str, np.ndarray]:
    if not name.endswith(BFLOAT16):
        return name, value
    return name.removesuffix(BFLOAT16), value.view(tf.bfloat16.as_numpy_dtype)


def read_variables(model: "keras.Model", folder: str, sha256: str) -> None:
    """Assign the variables in ``folder`` to a compiled training model.

    Raises:
        UserFileNotFoundError: If the file is missing.
        UserError: If it is damaged or belongs to another model.
    """
    stored = read_arrays(folder, VARIABLES_FILENAME, sha256)
    _assign(training_variables(model), stored, os.path.join(folder, VARIABLES_FILENAME))


def read_arrays(folder: str, name: str, sha256: str) -> Dict[str, np.ndarray]:
    """Return the named arrays of a file.

    Args:
        folder: The folder of the checkpoint.
        name: The name of the file.
        sha256: Its checksum.

    Raises:
        UserFileNotFoundError: If the file is missing.
        UserError: If it is damaged.
    """
    check_sum(folder, name, sha256)
    filename = os.path.join(folder, name)
    try:
        with np.load(filename, allow_pickle=False) as values:
            return dict(_decode(name, values[name]) for name in values.files)
    except (ValueError, TypeError, AttributeError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        # AttributeError: a single array instead of an archive
        raise UserError(
            "The checkpoint is damaged: its variables cannot be read.", where=filename, got=str(error)
        ) from error


def check_sum(folder: str, name: str, sha256: str) -> None:
    """Check that a file of a checkpoint is as it was written.

    Args:
        folder: The folder of the checkpoint.
        name: The name of the file.
        sha256: Its checksum.

    Raises:
        UserFileNotFoundError: If the file is missing.
        UserError: If it is damaged.
    """
    filename = os.path.join(folder, name)
    if not os.path.isfile(filename):
        raise UserFileNotFoundError("The checkpoint is incomplete.", where=folder, expected=name)
    found = sum_of_file(filename)
    if found != sha256:
        raise UserError(
            "The checkpoint is damaged: its checksum does not agree.",
            where=filename,
            expected=f"sha256 {sha256}",
            got=f"sha256 {found}",
        )


def _assign(variables: "Dict[str, keras.Variable]", stored: Dict[str, np.ndarray], filename: str) -> None:
    problems = [f"{name} is missing" for name in variables if name not in stored]
    problems += [f"{name} is not known to the model" for name in stored if name not in variables]
    for name, variable in variables.items():
        if name in stored and tuple(stored[name].shape) != tuple(variable.shape):
            problems.append(f"{name} has shape {tuple(stored[name].shape)} instead of {tuple(variable.shape)}")
        elif name in stored and stored[name].dtype.name != keras.backend.standardize_dtype(variable.dtype):
            problems.append(f"{name} has type {stored[name].dtype.name} instead of {variable.dtype}")
    if problems:
        raise VariablesMismatch(problems, filename)
    for name, variable in variables.items():
        variable.assign(stored[name])
