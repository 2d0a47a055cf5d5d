# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A thread that looks after the runs while somebody looks at the page."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import List, Optional, Set

from tfaip.dashboard.actions.resuming import QueueNote
from tfaip.dashboard.watching.entries import Entries
from tfaip.dashboard.watching.parameters import DifferingParameters
from tfaip.runs.reading.finding import RunFinder
from tfaip.util.errors import UserError

logger = logging.getLogger(__name__)

INTERVAL = 0.7
# the share of the time that looking may take, if there are very many folders or the disk is slow
_MOST_SHARE = 0.2
_SECONDS_WITHOUT_INTEREST = 30.0

Listener = Callable[[List[str]], None]


class RunWatcher:
    """Looks for runs and changes of them; without anybody who is interested it rests.

    Args:
        directories: The directories with runs.
        notes: Tells what the queue knows of runs, by their directories.

    Attributes:
        entries: The runs.
        parameters: In what they differ.
    """

    def __init__(self, directories: Sequence[str], notes: Callable[[], Mapping[str, QueueNote]] = dict):
        self.entries = Entries()
        self.parameters = DifferingParameters()
        self._notes = notes
        self._finder = RunFinder(directories)
        self._listeners: Set[Listener] = set()
        self._interest = threading.Event()
        self._last_interest = 0.0
        self._looked = threading.Condition()
        self._count = 0
        self._ends = False
        self._trouble = ""
        self._thread: Optional[threading.Thread] = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="runs", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._ends = True
        self._interest.set()
        if self._thread is not None:
            self._thread.join()

    def listen(self, listener: Listener) -> None:
        """Call a function with the keys of what has changed, in the thread, until :meth:`unlisten`."""
        self._listeners.add(listener)
        self._interest.set()

    def unlisten(self, listener: Listener) -> None:
        """Call a function no more."""
        self._last_interest = time.monotonic()
        self._listeners.discard(listener)

    def fresh(self, timeout: float = 10.0) -> None:
        """Return as soon as the runs are known as they are about now: look, if nobody has looked lately.

        Args:
            timeout: The most seconds.
        """
        now = time.monotonic()
        was_interesting = self._is_interesting()
        self._last_interest = now
        with self._looked:
            count = self._count
            self._interest.set()
            if count == 0 or not was_interesting:
                self._looked.wait_for(lambda: self._count > count or self._ends, timeout)

    def look(self) -> List[str]:
        """Look once; return the keys of the runs that have changed."""
        try:
            summaries = self._finder.find()
            self._trouble = ""
        except UserError as error:
            # a folder may come back, such as that of another machine
            if self._trouble != str(error):
                logger.warning("%s", error)
            self._trouble = str(error)
            return []
        changed = self.entries.update(summaries, self._notes())
        if self.parameters.update(self.entries.paths()):
            changed = changed or list(self.entries.paths())
        return changed

    def _run(self) -> None:
        while not self._ends:
            if not self._is_interesting():
                self._interest.wait()
            self._interest.clear()
            begin = time.monotonic()
            try:
                changed = self.look()
            except Exception:
                # one strange file must not be the end of the page
                logger.exception("Looking after the runs failed")
                changed = []
            took = time.monotonic() - begin
            with self._looked:
                self._count += 1
                self._looked.notify_all()
            if changed:
                for listener in list(self._listeners):
                    listener(changed)
            self._pause(max(INTERVAL, took / _MOST_SHARE))

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._ends and time.monotonic() < end:
            time.sleep(min(0.1, seconds))

    def _is_interesting(self) -> bool:
        return bool(self._listeners) or time.monotonic() - self._last_interest < _SECONDS_WITHOUT_INTEREST
