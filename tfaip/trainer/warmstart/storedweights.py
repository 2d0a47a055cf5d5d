# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading the weights of a stored model, as data: no code of the file, and none that it names, is loaded."""

import os
import zipfile
from dataclasses import dataclass
from typing import Any, Callable, Dict, Tuple

import numpy as np
import tensorflow as tf

from tfaip.trainer.checkpoint.generation import read_manifest
from tfaip.trainer.checkpoint.variables import VARIABLES_FILENAME, read_arrays
from tfaip.trainer.warmstart.location import Kind, find_stored_model
from tfaip.trainer.warmstart.objectgraph import OBJECT_GRAPH, names_by_object_graph
from tfaip.trainer.warmstart.safetensors import read_safetensors
from tfaip.util.errors import UserError

# counters that tfaip 1.2 stored among the weights
_NO_WEIGHTS = {"print_limit", "count"}


@dataclass(frozen=True)
class StoredWeights:
    """The weights of a stored model.

    Attributes:
        source: Where they come from, for messages.
        arrays: The values by name, in their order.
        by_attribute: The names are attribute paths (``graph/hidden/0/kernel``), else names of layers.
    """

    source: str
    arrays: Dict[str, np.ndarray]
    by_attribute: bool


def read_weights(path: str) -> StoredWeights:
    """Return the weights of a model directory, SavedModel, checkpoint, run, or file of weights.

    Raises:
        UserFileNotFoundError: There is none.
        UserError: It is damaged or holds no weights.
    """
    kind, found = find_stored_model(path)
    try:
        arrays, by_attribute = _READERS[kind](found)
    except UserError:
        raise
    except (ValueError, TypeError, KeyError, OSError, EOFError, zipfile.BadZipFile, tf.errors.OpError) as error:
        text = str(error).strip().partition("\n")[0]
        raise UserError(
            "The weights of the warm start cannot be read.",
            where=found,
            expected=kind.value,
            got=f"{type(error).__name__}: {text}",
            hint="the file may be damaged; export the model again.",
        ) from error
    arrays = {name: array for name, array in arrays.items() if not _is_no_weight(name, array)}
    if not arrays:
        raise UserError("There are no weights to start with.", where=found, expected=kind.value, got="no array")
    return StoredWeights(found, arrays, by_attribute)


def _is_no_weight(name: str, array: np.ndarray) -> bool:
    last = name.rpartition("/")[2]
    is_random_state = last.endswith("state") and array.dtype.kind in "iu"
    return array.dtype.kind not in "fiubV" or is_random_state or (array.ndim == 0 and last in _NO_WEIGHTS)


def weights_of_generation(folder: str) -> Dict[str, np.ndarray]:
    """Return the weights of a checkpoint of a run as a training exports them: averaged, if there is an average.

    Raises:
        UserError: It is missing, incomplete or damaged.
    """
    checksum = read_manifest(folder)["sha256"][VARIABLES_FILENAME]
    stored = read_arrays(folder, VARIABLES_FILENAME, checksum)
    # with an average of the weights, it is the model, as in best/ and export/
    return {
        name.partition("/")[2]: array
        for prefix in ("model/", "average/")
        for name, array in stored.items()
        if name.startswith(prefix)
    }


def _read_npz(filename: str) -> Tuple[Dict[str, np.ndarray], bool]:
    with np.load(filename, allow_pickle=False) as content:
        if not hasattr(content, "files"):
            raise ValueError("a single array instead of an archive")
        return {name: content[name] for name in content.files}, False


def _read_safetensors(filename: str) -> Tuple[Dict[str, np.ndarray], bool]:
    # the names of other frameworks have points between their parts
    return {name.replace(".", "/"): array for name, array in read_safetensors(filename).items()}, False


def _read_checkpoint(prefix: str) -> Tuple[Dict[str, np.ndarray], bool]:
    reader: Any = tf.train.load_checkpoint(prefix)
    types = reader.get_variable_to_dtype_map()
    if OBJECT_GRAPH in types:
        keys, by_attribute = names_by_object_graph(reader.get_tensor(OBJECT_GRAPH))
    else:
        keys, by_attribute = {name: name for name in sorted(types)}, False
    keys = {name: key for name, key in keys.items() if key in types and types[key] != tf.string}
    return {name: np.asarray(reader.get_tensor(key)) for name, key in keys.items()}, by_attribute


_READERS: Dict[Kind, Callable[[str], Tuple[Dict[str, np.ndarray], bool]]] = {
    Kind.SAVED_MODEL: lambda folder: _read_checkpoint(os.path.join(folder, "variables", "variables")),
    Kind.CHECKPOINT: _read_checkpoint,
    Kind.GENERATION: lambda folder: (weights_of_generation(folder), True),
    Kind.NPZ: _read_npz,
    Kind.SAFETENSORS: _read_safetensors,
}
