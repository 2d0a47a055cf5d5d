# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The parameters in which runs differ."""

import json
import os
from collections.abc import Mapping
from typing import Any, Dict, List, Optional, Tuple

from tfaip.runs.format.values import to_json
from tfaip.runs.reading.run import Run

_FILENAME = "trainer_params.json"
_MOST_NAMES = 200
_MOST_CHARACTERS = 300
# they tell where a run is and how far it has come
_NOISE = ("output_dir", "current_epoch", "current_step", "saved_checkpoint_sub_dir")
_NOISY_PARTS = ("early_stopping.current", "early_stopping.n_", "scenario.id", "scenario.tfaip_", "scenario.scenario_")

Stamp = Optional[Tuple[int, int, int]]


class DifferingParameters:
    """Knows the parameters of the runs; only files that have changed are read.

    Attributes:
        rev: The number of the last change.
    """

    def __init__(self) -> None:
        self.rev = 0
        self._known: Dict[str, Tuple[Stamp, Dict[str, Any]]] = {}
        self._content: Dict[str, Any] = {"rev": 0, "names": [], "values": {}}

    def update(self, paths: Mapping[str, str]) -> bool:
        """Take over the parameters that there are now.

        Args:
            paths: The directories of the runs by their keys.

        Returns:
            Whether they have changed.
        """
        known = {key: self._read(key, path) for key, path in paths.items()}
        is_same = known.keys() == self._known.keys() and all(known[key] is self._known[key] for key in known)
        self._known = known
        if is_same:
            return False
        values = {key: params for key, (_, params) in known.items()}
        names = differing_names(values)
        self.rev += 1
        shown = {key: {name: params[name] for name in names if name in params} for key, params in values.items()}
        self._content = {"rev": self.rev, "names": names, "values": shown}
        return True

    def content(self) -> Dict[str, Any]:
        """Return the number, the names of the parameters that differ, and their values by the keys of the runs."""
        return self._content

    def _read(self, key: str, path: str) -> Tuple[Stamp, Dict[str, Any]]:
        stamp = _stamp(os.path.join(path, _FILENAME))
        known = self._known.get(key)
        if known is not None and known[0] == stamp:
            return known
        return stamp, {name: _short(value) for name, value in Run(path).params().items()}


def differing_names(values: Mapping[str, Mapping[str, Any]]) -> List[str]:
    """Return the names of the parameters in which runs differ, first those that most of the runs have.

    Args:
        values: The parameters by the keys of the runs.
    """
    texts: Dict[str, Dict[str, int]] = {}
    for params in values.values():
        for name, value in params.items():
            counts = texts.setdefault(name, {})
            text = json.dumps(value, sort_keys=True)
            counts[text] = counts.get(text, 0) + 1
    n_with = sum(1 for params in values.values() if params)
    differing = [name for name, counts in texts.items() if not _is_noise(name) and _differs(counts, n_with)]
    return sorted(differing, key=lambda name: (-sum(texts[name].values()), name.count("."), name))[:_MOST_NAMES]


def _differs(counts: Mapping[str, int], n_runs: int) -> bool:
    return len(counts) > 1 or sum(counts.values()) < n_runs


def _is_noise(name: str) -> bool:
    return name.rpartition(".")[2] in _NOISE or any(part in name for part in _NOISY_PARTS)


def _short(value: Any) -> Any:
    value = to_json(value)
    text = value if isinstance(value, str) else json.dumps(value)
    return value if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS] + " …"


def _stamp(path: str) -> Stamp:
    try:
        state = os.lstat(path)
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns, state.st_size
