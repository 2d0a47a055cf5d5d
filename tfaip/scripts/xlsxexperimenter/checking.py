# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Checks the rows of a sheet before the first one is started."""

import itertools
import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple

from tfaip.experiments.sheet.mistakes import at_cell
from tfaip.experiments.sheet.rows import Experiment
from tfaip.params.cli.errors import Mistake
from tfaip.scripts.xlsxexperimenter.commands import program_modules, resolve
from tfaip.util.errors import UserError

_MODULE = "tfaip.scripts.xlsxexperimenter.rowcheck"


@dataclass
class Checked:
    """What the parameters of a row tell.

    Attributes:
        output_dir: The output directory, None if it is not known.
        package: The package of the scenario; empty if it is not known.
        occupied: What is said if another run is in the output directory.
    """

    output_dir: Optional[str] = None
    package: str = ""
    occupied: Optional[Mistake] = None


def check_rows(experiments: Sequence[Experiment], python: str) -> Tuple[List[Checked], List[Mistake]]:
    """Check rows as their programs would.

    Args:
        experiments: The rows.
        python: The Python that will run them, in a process of its own.

    Returns:
        What each row tells, and all mistakes with their cells.

    Raises:
        UserError: The Python cannot check them.
    """
    mistakes: List[Mistake] = []
    for experiment in experiments:
        try:
            resolve(experiment.argv, python)
        except UserError as error:
            mistakes.append(Mistake(error.what, error.expected, error.got, error.hint, experiment.words[0].cell))
    lines = [list(experiment.argv) for experiment in experiments]
    results = _parse(lines, python) if any(line[0] in program_modules() for line in lines) else [{} for _ in lines]
    checked = []
    for experiment, result in zip(experiments, results, strict=True):
        mistakes += [_at_its_cell(experiment, Mistake(**mistake)) for mistake in result.get("mistakes", [])]
        occupied = result.get("occupied")
        checked.append(
            Checked(
                output_dir=result.get("output_dir") or experiment.output_dir,
                package=result.get("package", ""),
                occupied=at_cell(Mistake(**occupied), experiment.output_dir_cell) if occupied else None,
            )
        )
    return checked, mistakes


def _parse(lines: List[List[str]], python: str) -> List[Dict[str, Any]]:
    """Let the programs' parsers read command lines in a process of their Python."""
    with tempfile.TemporaryDirectory(prefix="tfaip-sheet-") as folder:
        lines_file, results_file = os.path.join(folder, "lines.json"), os.path.join(folder, "results.json")
        with open(lines_file, "w", encoding="utf-8") as file:
            json.dump(lines, file)
        # nothing is computed
        env = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
        process = subprocess.run(
            [python, "-m", _MODULE, lines_file, results_file],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if process.returncode:
            lines_of_error = process.stderr.decode(errors="replace").strip().splitlines()
            raise UserError(
                "The rows cannot be checked by the Python that is to run them.",
                where=python,
                expected="one with tfaip of this version",
                got=lines_of_error[-1] if lines_of_error else f"exit code {process.returncode}",
            )
        with open(results_file, encoding="utf-8") as file:
            results: List[Dict[str, Any]] = json.load(file)
        return results


def _at_its_cell(experiment: Experiment, mistake: Mistake) -> Mistake:
    """Return a mistake with the cell of the word that it is about."""
    position = mistake.position
    if position is not None and 0 <= position < len(experiment.words):
        return at_cell(mistake, experiment.words[position].cell)
    # what is missing has no cell; what a file or the scenario says belongs to the words before the flags
    flags = [word for word in experiment.words if word.text.startswith("--")]
    front = list(itertools.takewhile(lambda word: not word.text.startswith("--"), experiment.words))
    named = next((word for word in flags if word.text[2:] in mistake.what), front[-1])
    return at_cell(mistake, named.cell)
