# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The configuration file of a trial."""

from typing import Any, Dict, List

from tfaip.experiments.sweeps.plan import Trial
from tfaip.experiments.sweeps.spec import Sweep
from tfaip.params.cli.errors import Mistake
from tfaip.params.config.entry import Entry, entry_of


def trial_entry(sweep: Sweep, trial: Trial) -> Entry:
    """Return what the configuration file of a trial says, with the lines of the sweep file.

    Args:
        sweep: The sweep.
        trial: The values of the trial.
    """
    content: Dict[Any, Entry] = {key: entry_of(entry.plain(), entry) for key, entry in sweep.arguments.items()}
    for parameter in sweep.parameters:
        if parameter.name in trial:
            value = trial[parameter.name]
            content[parameter.name] = entry_of(value, parameter.line_of(value))
    return Entry(content, sweep.path, 1)


def trial_config(sweep: Sweep, trial: Trial) -> Dict[str, Any]:
    """Return the content of the configuration file of a trial."""
    content: Dict[str, Any] = trial_entry(sweep, trial).plain()
    return content


def check_names(sweep: Sweep) -> List[Mistake]:
    """Return the mistakes of names that stand below arguments and below parameters."""
    return [
        Mistake(
            f"{parameter.name} stands below arguments and below parameters.",
            got=f"line {sweep.arguments[parameter.name].line} and line {parameter.entry.line}",
            hint="Remove one of them.",
            where=parameter.entry.where,
        )
        for parameter in sweep.parameters
        if parameter.name in sweep.arguments
    ]
