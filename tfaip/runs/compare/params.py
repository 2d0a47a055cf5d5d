# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The parameters in which runs differ."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from tfaip.params.decode import CLASS_KEY
from tfaip.params.diff.compare import MISSING, Difference, diff_params
from tfaip.params.diff.table import show

Tree = Dict[str, Any]
Compare = Callable[[Mapping[str, Any], Mapping[str, Any]], List[Difference]]


@dataclass
class ParamRow:
    """A parameter in which runs differ.

    Attributes:
        path: Its tree path.
        values: Its value in each run, MISSING where it has none.
    """

    path: str
    values: List[Any]

    def texts(self) -> List[str]:
        """Return the values for people; classes by their short names."""
        path = f"{self.path}.{CLASS_KEY}" if self._is_class else self.path
        texts = [show(value, path) for value in self.values]
        if not self._is_class:
            return texts
        # imported late: it needs the names of choices
        from tfaip.runs.reading.params import short_class_name

        short = [
            text if value is MISSING else short_class_name(text) for text, value in zip(texts, self.values, strict=True)
        ]
        return short if len(set(short)) == len(set(texts)) else texts

    @property
    def _is_class(self) -> bool:
        return all(value is MISSING or (isinstance(value, str) and ":" in value) for value in self.values)


def differing_params(trees: Sequence[Optional[Tree]], compare: Compare = diff_params) -> List[ParamRow]:
    """Return the parameters in which several runs differ, in the order of the first one that has any.

    Args:
        trees: The JSON form of the parameters of each run, None if a run has none.
        compare: Returns where two trees differ.

    Raises:
        UserError: They are of a later version.
    """
    first = next((index for index, tree in enumerate(trees) if tree is not None), None)
    if first is None:
        return []
    reference = trees[first] or {}
    differences = [{} if tree is None else _by_path(compare(reference, tree)) for tree in trees]
    paths = list(dict.fromkeys(path for by_path in differences for path in by_path))
    rows = []
    for path in paths:
        same = next(by_path[path].a for by_path in differences if path in by_path)
        values = [
            MISSING if tree is None else by_path[path].b if path in by_path else same
            for tree, by_path in zip(trees, differences, strict=True)
        ]
        rows.append(ParamRow(path.removesuffix(f".{CLASS_KEY}"), values))
    return rows


def _by_path(differences: Sequence[Difference]) -> Dict[str, Difference]:
    return {difference.path: difference for difference in differences}
