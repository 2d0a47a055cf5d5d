# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Whether a run that says that it runs still does."""

import time
from typing import Optional

from tfaip.runs.format.names import STALE_SECONDS
from tfaip.runs.format.process import host_name, is_alive
from tfaip.runs.reading.summary import RunSummary, ShownState

_WITH_PROCESS = (ShownState.STARTING, ShownState.RUNNING)


def shown_state(summary: RunSummary, now: Optional[float] = None) -> ShownState:
    """Return what a run is doing as far as can be told, where its record may be the last word of a killed process.

    Args:
        summary: The run.
        now: The time, in seconds since 1970. Default: the present.
    """
    if summary.said is None:
        return summary.state
    said = ShownState(summary.said.value)
    if said not in _WITH_PROCESS:
        return said
    if summary.pid is not None and summary.host == host_name():
        return said if is_alive(summary.pid, summary.pid_start) else ShownState.DEAD
    is_old = (time.time() if now is None else now) - summary.updated > STALE_SECONDS
    return ShownState.STALE if is_old else said
