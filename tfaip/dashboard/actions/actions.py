# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the page may ask for."""

from collections.abc import Callable
from typing import Dict, Optional

from tfaip.dashboard.actions.resuming import ResumeQueue
from tfaip.dashboard.actions.stopping import stop_run


class Actions:
    """What can be done with a run, by name.

    Args:
        can_act: Whether anything may be done.
        queue: Goes on with runs; None: they cannot be resumed.
    """

    def __init__(self, can_act: bool = True, queue: Optional[ResumeQueue] = None):
        self._queue = queue
        self._known: Dict[str, Callable[[str], str]] = {}
        if can_act:
            self._known["stop"] = self._stop
        if can_act and queue is not None:
            self._known["resume"] = queue.add

    def allowed(self, has_token: bool) -> Dict[str, bool]:
        """Return what those with or without the token may ask for."""
        return {name: has_token and name in self._known for name in ("stop", "resume")}

    def find(self, name: str) -> Optional[Callable[[str], str]]:
        """Return what is called with the directory of a run and returns what it has done, None if it is not allowed."""
        return self._known.get(name)

    def _stop(self, path: str) -> str:
        if self._queue is not None and self._queue.cancel(path):
            return "The run is no longer queued"
        return stop_run(path)
