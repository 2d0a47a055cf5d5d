# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The folder in the output directory of a sweep that holds what has become of it."""

import json
import os
import re
from typing import Any, Dict, Optional

from tfaip.experiments.devices.filelock import FileLock
from tfaip.experiments.sweeps.trialrecord import TrialRecord, trial_name
from tfaip.params.config.yamltext import dump_yaml
from tfaip.runs.format.files import read_object
from tfaip.runs.format.values import to_json
from tfaip.util.errors import UserError
from tfaip.util.file.atomic import write_text_atomically

SCHEMA = 1
FOLDER = "sweep"
PLAN_FILENAME = "sweep.json"
LOCK_FILENAME = "lock"
STUDY_FILENAME = "study.journal"
RESULTS_FILENAME = "results.csv"
_RECORD = re.compile(r"trial_\d+\.json")


class SweepFolder:
    """The files of a sweep.

    Args:
        output_dir: The output directory of the sweep.

    Attributes:
        output_dir: The output directory of the sweep.
        path: The folder.
    """

    def __init__(self, output_dir: str):
        self.output_dir = output_dir
        self.path = os.path.join(output_dir, FOLDER)
        self._lock = FileLock(os.path.join(self.path, LOCK_FILENAME))

    def lock(self) -> None:
        """Create the folder, and keep other processes from the sweep until this one ends.

        Raises:
            UserError: Another one is at work on it.
            OSError: The folder cannot be written to.
        """
        os.makedirs(self.path, exist_ok=True)
        if not self._lock.try_acquire():
            raise UserError(
                "Another process is at work on this sweep.", where=self.path, hint="Wait until it has ended."
            )

    def unlock(self) -> None:
        """Let other processes work on the sweep."""
        self._lock.release()

    # ------------------------------------------------------------------ files of trials
    def trial_dir(self, number: int) -> str:
        """Return the output directory of a trial."""
        return os.path.join(self.output_dir, trial_name(number))

    def config_of(self, number: int) -> str:
        """Return the configuration file of a trial."""
        return os.path.join(self.path, f"{trial_name(number)}.yaml")

    def log_of(self, number: int) -> str:
        """Return the file for the output of a trial."""
        return os.path.join(self.path, f"{trial_name(number)}.log")

    def write_config(self, number: int, content: Dict[str, Any]) -> None:
        """Write the configuration file of a trial.

        Raises:
            OSError: It cannot be written.
        """
        write_text_atomically(self.config_of(number), f"# {trial_name(number)} of a sweep\n{dump_yaml(content)}")

    def write_record(self, record: TrialRecord) -> None:
        """Write what has become of a trial.

        Raises:
            OSError: It cannot be written.
        """
        self._write(f"{record.name}.json", record.content())

    def records(self) -> Dict[int, TrialRecord]:
        """Return what has become of the trials, by their numbers."""
        names = sorted(os.listdir(self.path)) if os.path.isdir(self.path) else []
        contents = (read_object(os.path.join(self.path, name)) for name in names if _RECORD.fullmatch(name))
        records = (TrialRecord.of(content) for content in contents if content)
        return {record.number: record for record in sorted(filter(None, records), key=lambda record: record.number)}

    # ------------------------------------------------------------------ the plan
    def plan(self) -> Optional[Dict[str, Any]]:
        """Return what the sweep was when it was begun, None if it was not."""
        content = read_object(os.path.join(self.path, PLAN_FILENAME))
        return None if content is None else {key: value for key, value in content.items() if key != "schema"}

    def write_plan(self, plan: Dict[str, Any]) -> None:
        """Write what the sweep is.

        Raises:
            OSError: It cannot be written.
        """
        self._write(PLAN_FILENAME, plan)

    @property
    def study(self) -> str:
        """The file of Optuna."""
        return os.path.join(self.path, STUDY_FILENAME)

    @property
    def results(self) -> str:
        """The table of the results."""
        return os.path.join(self.output_dir, RESULTS_FILENAME)

    def _write(self, name: str, content: Dict[str, Any]) -> None:
        text = json.dumps(to_json({"schema": SCHEMA, **content}), indent=1, allow_nan=False)
        write_text_atomically(os.path.join(self.path, name), text + "\n")
