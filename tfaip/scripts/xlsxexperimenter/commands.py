# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How the programs that sheets name are started."""

import os
import shutil
import sys
from collections.abc import Sequence
from typing import Dict, List, Optional

from tfaip.scripts.scenarioparser import SCENARIO_PROGRAMS
from tfaip.util.errors import UserError, did_you_mean

_OTHER_PROGRAMS = {
    "tfaip-evaluate": "tfaip.scripts.evaluate",
    "tfaip-benchmark-scenario-input-pipeline": "tfaip.scripts.benchmark_input_pipeline",
}


def program_modules() -> Dict[str, str]:
    """Return the modules of the programs of tfaip."""
    return {**{name: program.module for name, program in SCENARIO_PROGRAMS.items()}, **_OTHER_PROGRAMS}


def find_python(name: Optional[str]) -> str:
    """Return the Python that runs the experiments, by default the one of this process.

    Raises:
        UserError: There is none of this name.
    """
    if name is None:
        return sys.executable
    found = shutil.which(os.path.expanduser(name))
    if found is None:
        raise UserError(
            "There is no such Python.",
            where="--python",
            expected="the program python of the environment that runs the experiments",
            got=name,
        )
    return os.path.abspath(found)


def resolve(words: Sequence[str], python: str) -> List[str]:
    """Return the command by which a line of a sheet is started.

    Args:
        words: The program and its arguments: a program of tfaip, a file .py, one of the environment of ``python``, or
            one of the system.
        python: The Python that runs it.

    Raises:
        UserError: There is no such program.
    """
    name, args = words[0], list(words[1:])
    module = program_modules().get(name)
    if module is not None:
        return [python, "-m", module, *args]
    if name.endswith(".py") and os.path.isfile(name):
        return [python, name, *args]
    for found in (os.path.join(os.path.dirname(python), name), shutil.which(name)):
        if found and os.path.isfile(found) and os.access(found, os.X_OK):
            return [found, *args]
    raise UserError(
        "There is no such program.",
        expected="tfaip-train or another program of tfaip, a file .py, or a program of the system",
        got=name,
        hint=did_you_mean(name, program_modules()),
    )
