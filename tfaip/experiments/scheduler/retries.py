# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""When a job that has failed is started again."""

from dataclasses import dataclass
from typing import FrozenSet

from tfaip.runs.format.status import State

# of the programs of tfaip: a mistake of the user, which another attempt would meet again
EXIT_USER_ERROR = 2
# somebody has ended the job by Ctrl-C or SIGTERM, told by the program or by the system
STOPPED_CODES = frozenset({130, 143, -2, -15})


@dataclass(frozen=True)
class RetryPolicy:
    """When a job that has failed is started again.

    Attributes:
        retries: How often.
        delay: Seconds before the first one; each further one waits twice as long.
        final_codes: Exit codes after which it is not.
    """

    retries: int = 0
    delay: float = 5.0
    final_codes: FrozenSet[int] = frozenset({EXIT_USER_ERROR})

    def again(self, attempts: int, code: int) -> bool:
        """Return whether a job is started again.

        Args:
            attempts: How often it was started.
            code: The exit code of the last attempt.
        """
        return attempts <= self.retries and code not in self.final_codes

    def wait(self, attempts: int) -> float:
        """Return the seconds until the next attempt."""
        return float(self.delay * 2 ** (attempts - 1))


def state_of(code: int) -> State:
    """Return what an exit code says about a job."""
    if code == 0:
        return State.FINISHED
    return State.STOPPED if code in STOPPED_CODES else State.FAILED
