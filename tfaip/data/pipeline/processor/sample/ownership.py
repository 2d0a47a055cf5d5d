# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of their own for processors that change arrays in place, whichever process they run in.

A worker process gets copies: what it does to them harms neither who holds the samples nor the next pass. In this
process, and where two samples of one message share an array, that takes copies, too.
"""

import copy
from collections.abc import Iterable
from typing import Any, Dict, Set

import numpy as np

from tfaip.data.pipeline.definitions import Sample

_CHANGEABLE = (dict, list, set, bytearray)


def own_sample(sample: Sample) -> Sample:
    """Return a copy of a sample whose arrays, dictionaries, lists and sets nobody else holds.

    Objects of other classes stay shared, also files that are mapped into memory: they may be larger than the memory.
    """
    if not isinstance(sample, Sample):  # whoever processes it will say so
        return sample
    return _with_own(sample, vars(sample))


class SharedParts:
    """Finds the samples of one message that share something which a processor could change.

    To be asked before any of them is processed; all of them must be held until then.
    """

    def __init__(self) -> None:
        self._known: Set[int] = set()

    def own(self, sample: Sample) -> Sample:
        """Return the sample, or one with copies of what belongs to those before it."""
        if not isinstance(sample, Sample):  # whoever processes it will say so
            return sample
        ids = {id(sample)}
        for value in vars(sample).values():
            _collect(value, ids)
        if self._known.isdisjoint(ids):
            self._known |= ids
            return sample
        parts = {name: _collected(value) for name, value in vars(sample).items()}
        shared = {name for name in parts if not self._known.isdisjoint(parts[name])}
        self._known |= ids
        return _with_own(sample, _connected(shared, parts))


def _connected(names: Set[str], parts: Dict[str, Set[int]]) -> Set[str]:
    """Return these names and those of parts that belong together with them."""
    ids = set().union(*(parts[name] for name in names))
    found = {name for name in parts if not ids.isdisjoint(parts[name])}
    return found if found == names else _connected(found, parts)


def _with_own(sample: Sample, names: Iterable[str]) -> Sample:
    own = sample.copy()
    copies: Dict[int, Any] = {}
    for name in names:
        own.__dict__[name] = _own(own.__dict__[name], copies)
    return own


def _is_changeable(value: Any) -> bool:
    return type(value) in _CHANGEABLE or (isinstance(value, np.ndarray) and not isinstance(value, np.memmap))


def _collected(value: Any) -> Set[int]:
    ids: Set[int] = set()
    _collect(value, ids)
    return ids


def _collect(value: Any, ids: Set[int]) -> None:
    """Add the identities of everything that can be changed."""
    kind = type(value)
    if kind is np.ndarray:
        ids.add(id(value))
    elif kind is dict:
        if id(value) not in ids:
            ids.add(id(value))
            for item in value.values():
                _collect(item, ids)
    elif kind is tuple or (kind is list and id(value) not in ids):
        if kind is list:
            ids.add(id(value))
        for item in value:
            _collect(item, ids)
    elif _is_changeable(value):
        ids.add(id(value))


def _own(value: Any, copies: Dict[int, Any]) -> Any:
    """Return a copy; what is the same object in several places is one in the copy, too."""
    kind = type(value)
    if kind is tuple:
        return tuple([_own(item, copies) for item in value])
    if not _is_changeable(value):
        return value
    if id(value) in copies:
        return copies[id(value)]
    own = copies[id(value)] = value.copy()  # not yet that of its items: it may contain itself
    if kind is dict:
        own.update((key, _own(item, copies)) for key, item in value.items())
    elif kind is list:
        own[:] = [_own(item, copies) for item in value]
    elif kind is not set and kind is not bytearray and value.dtype.hasobject:
        own = copies[id(value)] = copy.deepcopy(value)
    return own
