# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What is to be run, and what has become of it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Optional, Tuple

# written at the start of a training: from then on it can be resumed
RESUME_MARKER = "trainer_params.json"


@dataclass(frozen=True)
class Job:
    """A process that is to be run until it succeeds, on this machine or another one.

    Attributes:
        id: Its name, unique among the jobs of a scheduler.
        argv: The command.
        log: The file that its output is appended to.
        resume_argv: The command that goes on with what an earlier one has begun. Empty: there is none.
        output_dir: The directory of its results, if it is known.
        env: Variables that are added to the environment.
        cwd: The working directory.
        was_started: Whether an earlier scheduler has started it.
    """

    id: str
    argv: Tuple[str, ...]
    log: str
    resume_argv: Tuple[str, ...] = ()
    output_dir: Optional[str] = None
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: str = field(default_factory=os.getcwd)
    was_started: bool = False

    def next_argv(self, attempts: int) -> Tuple[str, ...]:
        """Return the command of the next attempt.

        Args:
            attempts: How often this scheduler has started it.
        """
        return self.resume_argv if self.resumes(attempts) else self.argv

    def resumes(self, attempts: int) -> bool:
        """Return whether the next attempt goes on with what an earlier one has begun."""
        if not self.resume_argv or self.output_dir is None or not (self.was_started or attempts):
            return False
        return os.path.isfile(os.path.join(self.cwd, self.output_dir, RESUME_MARKER))
