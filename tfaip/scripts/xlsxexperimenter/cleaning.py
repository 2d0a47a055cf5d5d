# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""CLEANUP: what is to be removed before experiments start, and whether the user wants that."""

import sys
from collections.abc import Sequence
from typing import List, NamedTuple, Optional, Tuple

from tfaip.experiments.sheet.cleanup import check_removable, is_to_be_removed
from tfaip.experiments.sheet.rows import Experiment
from tfaip.params.cli.errors import Mistake
from tfaip.util.errors import UserError
from tfaip.util.plaintext import without_controls


class Removal(NamedTuple):
    """The directory of an earlier run that is to be removed, and the row that asks for it."""

    experiment: Experiment
    path: str


def find_removals(pairs: Sequence[Tuple[Experiment, Optional[str]]]) -> Tuple[List[Removal], List[Mistake]]:
    """Return what CLEANUP asks for, and what stands against it.

    Args:
        pairs: The rows that start anew, with their output directories.
    """
    removals, mistakes = [], []
    for experiment, path in pairs:
        if not experiment.cleanup or path is None or not is_to_be_removed(path):
            continue
        try:
            check_removable(path)
            removals.append(Removal(experiment, path))
        except UserError as error:
            where = f"{experiment.cleanup_cell}, {error.where}"
            mistakes.append(Mistake(error.what, error.expected, error.got, error.hint, where))
    return removals, mistakes


def confirm(removals: Sequence[Removal], allowed: bool) -> None:
    """Ask whether directories may be removed, unless that is allowed already.

    Raises:
        UserError: They may not, or nobody can be asked.
    """
    if not removals or allowed:
        return
    paths = [removal.path for removal in removals]
    if not sys.stdin.isatty():
        raise UserError(
            "CLEANUP asks for directories to be removed.",
            where=", ".join(removal.experiment.cleanup_cell for removal in removals),
            got=", ".join(paths),
            hint="--cleanup allows it",
        )
    print("CLEANUP: these runs will be removed for ever:")
    for path in paths:
        print(f"  {without_controls(path, line_breaks=False)}")
    if input("Remove them? [y/N] ").strip().lower() not in ("y", "yes"):
        raise UserError("Nothing was removed or started.", hint="empty CLEANUP to keep the runs")
