# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a warm start copies where, once the names are compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, List, Optional

import numpy as np

from tfaip.trainer.warmstart.matching import Naming, Target
from tfaip.trainer.warmstart.names import NameRules, check_patterns_match
from tfaip.trainer.warmstart.report import Fate, Row
from tfaip.trainer.warmstart.storedweights import StoredWeights


@dataclass(frozen=True)
class Copy:
    """The weights of the model, the stored ones, and how their names are compared.

    Attributes:
        targets: The weights of the model.
        naming: Their names, and those of the stored weights.
        stored: The stored weights.
        rules: The rules of the warm start.
    """

    targets: Sequence[Target]
    naming: Naming
    stored: StoredWeights
    rules: NameRules

    def selected(self) -> List[Optional[str]]:
        """Return the stored weight of each weight of the model that include and exclude select.

        Raises:
            UserValueError: A pattern matches nothing.
        """
        names = [self._names(index) for index in range(len(self.targets))]
        check_patterns_match(self.rules, names)
        return [
            None if self.rules.leaves_out(of_weight) else source
            for of_weight, source in zip(names, self.naming.sources, strict=True)
        ]

    def _names(self, index: int) -> List[str]:
        """Return the names by which a weight can be selected: as it is shown, by its layers, by attributes."""
        target = self.targets[index]
        names = [self.naming.targets[index], target.short_layer_name, target.layer_name, target.path]
        return [*dict.fromkeys(names)]

    def rows(self, sources: Sequence[Optional[str]], values: Sequence[Any], any_shape: bool) -> List[Row]:
        """Return what becomes of each weight of the model, then of the stored weights that are left.

        Args:
            sources: The stored weight of each weight of the model.
            values: Its value, which may be transformed.
            any_shape: Whether values of another shape are copied.
        """
        rows = [self._row(index, source, values[index], any_shape) for index, source in enumerate(sources)]
        compared = {own: name for name, own in self.naming.stored.items()}
        for name, array in self.stored.arrays.items():
            if name not in sources:
                rows.append(Row(Fate.NOT_USED, compared.get(name, name), name, tuple(array.shape)))
        return rows

    def _row(self, index: int, source: Optional[str], value: Any, any_shape: bool) -> Row:
        name, shape = self.naming.targets[index], tuple(self.targets[index].variable.shape)
        if source is None:
            left_out = self.rules.selects and self.rules.leaves_out(self._names(index))
            return Row(Fate.LEFT_OUT if left_out else Fate.MISSING, name, "", shape)
        fits = any_shape or tuple(np.shape(value)) == shape
        return Row(Fate.LOADED if fits else Fate.SHAPE, name, source, shape, tuple(np.shape(value)))

    def with_present_values(self, values: Sequence[Any]) -> List[Any]:
        """Return the values, and for None the present value of the weight."""
        return [
            target.variable.numpy() if value is None else value
            for target, value in zip(self.targets, values, strict=True)
        ]
