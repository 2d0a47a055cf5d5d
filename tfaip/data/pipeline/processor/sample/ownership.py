# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of their own for processors that change arrays in place, whichever process they run in.

A worker process gets copies: what it does to them harms neither who holds the samples nor the next pass. In this
process, and where two samples of one message share an array, that takes copies, too.
"""

import copy
import operator
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
    own = sample.copy()
    for name, value in vars(own).items():
        own.__dict__[name] = _own(value)
    return own


class SharedParts:
    """Replaces by copies what the samples of one message share and a processor could change.

    To be used before any of them is processed, and only in a worker process, where nobody else holds the message: the
    samples are changed.
    """

    def __init__(self) -> None:
        self._known: Set[int] = set()

    def own(self, sample: Sample) -> Sample:
        """Return the sample without what belongs to those before it."""
        if not isinstance(sample, Sample):  # whoever processes it will say so
            return sample
        if self._is_known(sample):
            return own_sample(sample)
        self._separate_items(vars(sample))
        return sample

    def _is_known(self, part: Any) -> bool:
        if id(part) in self._known:
            return True
        self._known.add(id(part))
        return False

    def _separate(self, value: Any) -> Any:
        kind = type(value)
        if kind is tuple:
            items = [self._separate(item) for item in value]
            return tuple(items) if any(map(operator.is_not, items, value)) else value
        if kind not in _CHANGEABLE and not isinstance(value, np.ndarray):
            return value
        if self._is_known(value):
            return _own(value)
        if kind is dict:
            self._separate_items(value)
        elif kind is list:
            value[:] = [self._separate(item) for item in value]
        return value

    def _separate_items(self, items: Dict[Any, Any]) -> None:
        for key, value in items.items():
            separate = self._separate(value)
            if separate is not value:
                items[key] = separate


def _own(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        return {key: _own(item) for key, item in value.items()}
    if kind is list:
        return [_own(item) for item in value]
    if kind is tuple:
        return tuple([_own(item) for item in value])
    if kind is set or kind is bytearray:
        return value.copy()
    if isinstance(value, np.ndarray) and not isinstance(value, np.memmap):
        return copy.deepcopy(value) if value.dtype.hasobject else value.copy()
    return value
