# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The states of callbacks: what ``get_state()`` returns, and what a resumed run gives to ``set_state()``."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Dict, List, Tuple

import keras
import numpy as np

from tfaip.util.errors import UserError
from tfaip.util.logging import logger

log = logger(__name__)

# marks an array within what is JSON otherwise
ARRAY_KEY = "__array__"
# those of Keras have no get_state()
KERAS_STATES: Dict[str, Tuple[str, ...]] = {
    "EarlyStopping": ("wait", "stopped_epoch", "best", "best_epoch", "best_weights"),
    "ModelCheckpoint": ("best", "epochs_since_last_save"),
    "ReduceLROnPlateau": ("cooldown_counter", "wait", "best"),
}


def callback_states(callbacks: Iterable[keras.callbacks.Callback]) -> Dict[str, Any]:
    """Return the states of all callbacks that have one, by the name of the class and their number among its instances.

    Raises:
        UserError: A state holds something else than JSON knows and arrays.
    """
    states = {}
    for name, callback in _named(callbacks):
        if hasattr(callback, "get_state"):
            states[name] = _checked(callback.get_state(), f"{name}.get_state()")
        elif type(callback).__name__ in KERAS_STATES and type(callback).__module__.startswith("keras."):
            states[name] = {key: getattr(callback, key, None) for key in KERAS_STATES[type(callback).__name__]}
    return states


def restore_callbacks(callbacks: Iterable[keras.callbacks.Callback], states: Mapping[str, Any]) -> None:
    """Give the states to the callbacks they came from; a callback without one is left as it is.

    Args:
        callbacks: The callbacks of the resumed training.
        states: What :func:`callback_states` has returned.
    """
    known = dict(_named(callbacks))
    for name, state in states.items():
        if name not in known:
            log.warning("The checkpoint holds the state of a callback that is gone: %s", name)
        elif hasattr(known[name], "set_state"):
            known[name].set_state(state)
        elif isinstance(state, Mapping):
            vars(known[name]).update(state)


def _named(callbacks: Iterable[keras.callbacks.Callback]) -> Iterator[Tuple[str, Any]]:
    counts: Counter = Counter()
    for callback in callbacks:
        name = type(callback).__name__
        counts[name] += 1
        yield (name if counts[name] == 1 else f"{name}_{counts[name]}"), callback


def to_json_and_arrays(value: Any, arrays: Dict[str, np.ndarray]) -> Any:
    """Return the JSON form of states; their arrays are put into ``arrays``."""
    if isinstance(value, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = value
        return {ARRAY_KEY: name}
    if isinstance(value, Mapping):
        return {key: to_json_and_arrays(child, arrays) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json_and_arrays(child, arrays) for child in value]
    return value.item() if isinstance(value, np.generic) else value


def from_json_and_arrays(value: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """Return what :func:`to_json_and_arrays` was given, with lists for tuples.

    Raises:
        KeyError: An array is missing.
    """
    if isinstance(value, Mapping):
        if set(value) == {ARRAY_KEY}:
            return arrays[value[ARRAY_KEY]]
        return {key: from_json_and_arrays(child, arrays) for key, child in value.items()}
    if isinstance(value, list):
        return [from_json_and_arrays(child, arrays) for child in value]
    return value


def _checked(value: Any, where: str) -> Any:
    """Return a copy of a state, so that it does not change any more."""
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value) and ARRAY_KEY not in value:
        return {key: _checked(child, f"{where}[{key!r}]") for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        children: List[Any] = [_checked(child, f"{where}[{index}]") for index, child in enumerate(value)]
        return children
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufcSU":
        return value.copy()
    if value is None or isinstance(value, (bool, int, float, str, np.number, np.bool_)):
        return value
    raise UserError(
        "The state of a callback cannot be stored in a checkpoint.",
        where=where,
        expected="None, numbers, strings, NumPy arrays, and lists and dictionaries (with strings as keys) of them",
        got=type(value).__name__,
    )
