# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The commands of trials, and the check of a sweep by the Python that runs them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import Optional, Tuple

from tfaip.scripts.sweeps.check import CheckResult, parse_result
from tfaip.util.errors import UserError

TRAIN = "tfaip.scripts.train"
RESUME = "tfaip.scripts.resume_training"
CHECK = "tfaip.scripts.sweeps.check"


class TrainingCommands:
    """Trains trials.

    Args:
        scenario: The scenario.
        python: The Python that runs them.
        package: The package of the scenario.
        trusted: Further packages whose code files may name.
    """

    def __init__(self, scenario: str, python: str, package: str = "", trusted: Sequence[str] = ()):
        self._scenario = scenario
        self._python = python
        self._trusted = list(trusted)
        self._package = package

    def start(self, config: str, output_dir: str) -> Tuple[str, ...]:
        """Return the command of a new trial."""
        flags = ["--config", config, "--trainer.output_dir", output_dir, *_trust(self._trusted)]
        return (self._python, "-m", TRAIN, self._scenario, *flags)

    def resume(self, output_dir: str) -> Tuple[str, ...]:
        """Return the command that goes on with a trial."""
        # the user has named the scenario
        trusted = dict.fromkeys([*([self._package] if self._package else []), *self._trusted])
        return (self._python, "-m", RESUME, output_dir, *_trust(list(trusted)))


def _trust(packages: Sequence[str]) -> Sequence[str]:
    return ["--trust", *packages] if packages else []


def find_python(name: Optional[str]) -> str:
    """Return the Python that runs the trials: the one that is named, or this one.

    Raises:
        UserError: There is none of this name.
    """
    if not name:
        return sys.executable
    found = shutil.which(os.path.expanduser(name))
    if found is None:
        raise UserError("There is no such Python.", where="--python", expected="a program", got=name)
    return os.path.abspath(found)


def check_by(python: str, sweep_file: str, trusted: Sequence[str] = ()) -> CheckResult:
    """Return what the scenario says about a sweep, in the Python that runs the trials.

    Args:
        python: The Python.
        sweep_file: The sweep.
        trusted: Packages whose code the file may name.

    Raises:
        UserError: That Python cannot check it.
    """
    with tempfile.TemporaryDirectory(prefix="tfaip-sweep-") as folder:
        result = os.path.join(folder, "result.json")
        command = [python, "-m", CHECK, sweep_file, result, *trusted]
        try:
            process = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        except OSError as error:
            raise UserError("The Python cannot be started.", where=python, got=error.strerror) from error
        if process.returncode != 0 or not os.path.exists(result):
            raise UserError(
                "The sweep cannot be checked by the Python that is to run its trials.",
                where=python,
                expected="a Python with tfaip",
                got="\n".join(process.stderr.strip().splitlines()[-5:]) or f"exit code {process.returncode}",
            )
        with open(result, encoding="utf-8") as file:
            return parse_result(json.load(file))
