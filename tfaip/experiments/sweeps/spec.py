# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a sweep file says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

from tfaip.experiments.sweeps.space import Choices, Space
from tfaip.params.config.entry import Entry
from tfaip.util.enum import StrEnum

Values = Mapping[str, Any]


class Method(StrEnum):
    """How the values of the trials are chosen."""

    GRID = "grid"
    RANDOM = "random"
    OPTUNA = "optuna"


class Mode(StrEnum):
    """Which values are better."""

    MIN = "min"
    MAX = "max"


class Summary(StrEnum):
    """Which of the values of a training counts."""

    BEST = "best"
    LAST = "last"


@dataclass(frozen=True)
class SweepParameter:
    """A parameter that differs between the trials.

    Attributes:
        name: Its name, as in a configuration file.
        space: Its values.
        entry: What the file says about it.
        value_entries: What the file says about each of the values, if it lists them.
        when: The parameters that have to have one of some values for this one to exist.
    """

    name: str
    space: Space
    entry: Entry = field(compare=False)
    value_entries: Tuple[Entry, ...] = field(default=(), compare=False)
    when: Tuple[Tuple[str, Tuple[Any, ...]], ...] = ()

    def exists(self, values: Values) -> bool:
        """Return whether a trial has the parameter.

        Args:
            values: Those of the parameters before it.
        """
        return all(name in values and contains(allowed, values[name]) for name, allowed in self.when)

    def line_of(self, value: Any) -> Entry:
        """Return what the file says about a value."""
        if isinstance(self.space, Choices):
            for entry, known in zip(self.value_entries, self.space.values, strict=False):
                if contains([known], value):
                    return entry
        return self.entry


@dataclass(frozen=True)
class Sweep:
    """A sweep.

    Attributes:
        path: The file.
        scenario: The scenario, as ``tfaip-train`` takes it.
        output_dir: The directory of the trials.
        method: How the values are chosen.
        parameters: What differs between the trials; those that others depend on stand before them.
        arguments: What is the same for all trials: the entries of a configuration file.
        trials: How many there are at most, None for all of the grid.
        seed: Of what is left to chance.
        metric: The value that tells how good a trial is, None for that of the scenario.
        mode: Which values of it are better.
        summary: Which of its values of a training counts.
        sampler: The name of Optuna's sampler, and its options.
        pruner: The name of Optuna's pruner, and its options.
        lines: What the file says about each of these.
    """

    path: str
    scenario: str
    output_dir: str
    method: Method
    parameters: Tuple[SweepParameter, ...]
    arguments: Dict[Any, Entry] = field(default_factory=dict)
    trials: Optional[int] = None
    seed: int = 0
    metric: Optional[str] = None
    mode: Optional[Mode] = None
    summary: Summary = Summary.BEST
    sampler: Tuple[str, Dict[str, Any]] = ("tpe", {})
    pruner: Tuple[str, Dict[str, Any]] = ("none", {})
    lines: Mapping[str, Entry] = field(default_factory=dict, compare=False)

    @property
    def names(self) -> List[str]:
        """The names of the parameters."""
        return [parameter.name for parameter in self.parameters]


def contains(values: Sequence[Any], value: Any) -> bool:
    """Return whether a value is one of some: 1, 1.0 and true are different values."""
    return any(type(known) is type(value) and known == value for known in values)
