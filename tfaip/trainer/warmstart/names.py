# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The rules by which the names of stored weights become those of a model."""

import re
from dataclasses import dataclass
from typing import List, Optional, Pattern, Sequence, Tuple

from tfaip.trainer.warmstart.warmstart_params import WarmStartParams
from tfaip.util.errors import UserValueError

ARROW = "->"


def without_common_folders(names: Sequence[str]) -> List[str]:
    """Return names without the folders that all of them share; each keeps at least its last two parts.

    Args:
        names: Names with ``/`` between their parts.
    """
    folders = [name.split("/")[:-2] for name in names]
    n = 0
    while folders and all(len(folder) > n and folder[n] == folders[0][n] for folder in folders):
        n += 1
    return ["/".join(name.split("/")[n:]) for name in names]


@dataclass(frozen=True)
class NameRules:
    """Rules of a warm start.

    Attributes:
        rename: Replacements in the names of the stored weights.
        rename_targets: Replacements in the names of the weights of the model.
        add_suffix: Goes behind the names of the stored weights.
        numbered: Names whose running number is left out.
        include: The only weights that are loaded.
        exclude: The weights that are not loaded.
    """

    rename: Sequence[Tuple[str, str]]
    rename_targets: Sequence[Tuple[str, str]]
    add_suffix: str
    numbered: Sequence[str]
    include: Optional[Pattern[str]]
    exclude: Optional[Pattern[str]]

    @staticmethod
    def of(params: WarmStartParams) -> "NameRules":
        """Return the rules that parameters describe.

        Raises:
            UserValueError: One is not understood, or they contradict each other.
        """
        if params.allow_partial and (params.include or params.exclude):
            name = "include" if params.include else "exclude"
            raise UserValueError(
                f"A warm start with {name} cannot be partial as well.",
                where="warmstart.allow_partial",
                expected=f"either warmstart.allow_partial, or warmstart.{name}",
                got="both",
                hint=f"with {name}, all weights that it leaves are required; drop warmstart.allow_partial.",
            )
        return NameRules(
            _replacements(params.rename, "rename"),
            _replacements(params.rename_targets, "rename_targets"),
            params.add_suffix,
            params.auto_remove_numbers_for,
            _pattern(params.include, "include"),
            _pattern(params.exclude, "exclude"),
        )

    @property
    def selects(self) -> bool:
        """Whether only some weights are loaded."""
        return self.include is not None or self.exclude is not None

    def of_stored(self, names: Sequence[str]) -> List[str]:
        """Return the names of stored weights as those of the model."""
        return [self._without_numbers(f"{_replace(name, self.rename)}{self.add_suffix}") for name in names]

    def of_targets(self, names: Sequence[str]) -> List[str]:
        """Return the names of the model's weights as those that are looked for."""
        return [self._without_numbers(_replace(name, self.rename_targets)) for name in names]

    def leaves_out(self, names: Sequence[str]) -> bool:
        """Tell whether a weight that has these names is not loaded."""
        if self.include is not None and not _matches(self.include, names):
            return True
        return self.exclude is not None and _matches(self.exclude, names)

    def _without_numbers(self, name: str) -> str:
        for part in self.numbered:
            name = re.sub(rf"(?<![^/])({re.escape(part)})_\d+(?![^/])", r"\1", name)
        return name


def check_patterns_match(rules: NameRules, names: Sequence[Sequence[str]]) -> None:
    """Refuse a pattern that matches no weight.

    Args:
        rules: The rules.
        names: For each weight its names.

    Raises:
        UserValueError: There is one.
    """
    for field, pattern in (("include", rules.include), ("exclude", rules.exclude)):
        if pattern is not None and not any(_matches(pattern, of_weight) for of_weight in names):
            shown = [of_weight[0] for of_weight in names]
            raise UserValueError(
                "The pattern matches no weight.",
                where=f"warmstart.{field}",
                expected="a regular expression of a whole name: " + ", ".join(shown[:8]) + _more(shown, 8),
                got=repr(pattern.pattern),
                hint="the pattern must match the name as a whole: '.*conv.*'.",
            )


def _more(names: Sequence[str], shown: int) -> str:
    return ", ..." if len(names) > shown else ""


def _matches(pattern: Pattern[str], names: Sequence[str]) -> bool:
    return any(pattern.fullmatch(name) for name in names)


def _replace(name: str, replacements: Sequence[Tuple[str, str]]) -> str:
    for old, new in replacements:
        name = name.replace(old, new)
    return name


def _replacements(rules: Sequence[str], field: str) -> List[Tuple[str, str]]:
    pairs = []
    for rule in rules:
        old, arrow, new = rule.partition(ARROW)
        if not (arrow and old) or ARROW in new:
            raise UserValueError(
                "The rule to rename weights is not understood.",
                where=f"warmstart.{field}",
                expected="FROM->TO, such as encoder->backbone",
                got=repr(rule),
            )
        pairs.append((old, new))
    return pairs


def _pattern(text: Optional[str], field: str) -> Optional[Pattern[str]]:
    if not text:
        return None
    try:
        return re.compile(text)
    except re.error as error:
        raise UserValueError(
            "The pattern of the weights is no regular expression.",
            where=f"warmstart.{field}",
            got=f"{text!r} ({error})",
            hint="a star follows what it repeats: '.*conv.*'.",
        ) from error
