# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Changing what a user says about a run: the only thing that is written into it from outside of its training."""

import copy
from typing import Callable

from tfaip.runs.format.run import RunInfo, change_run, read_run
from tfaip.runs.reading.run import Run
from tfaip.util.errors import UserError


def edit_run(path: str, change: Callable[[RunInfo], None]) -> RunInfo:
    """Change the ``run.json`` of a run and return what it says now; it is not written if that is the same.

    Args:
        path: The directory of the run.
        change: Changes what it says; it may be called twice.

    Raises:
        UserError: There is no such run, or it has no record that can be read.
        OSError: It cannot be written.
    """
    run = Run.open(path)
    info = read_run(run.path)
    if info is None:
        raise UserError(
            "The run has no record.", where=path, expected="a run with run.json", hint="Runs of tfaip 1.2 have none."
        )
    changed = copy.deepcopy(info)
    change(changed)
    if changed == info:
        return info
    # read again: a training that is running may have changed it meanwhile
    change_run(run.path, change)
    return read_run(run.path) or changed
