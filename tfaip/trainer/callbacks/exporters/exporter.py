# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What exporters have in common: another program gets the values, and can neither slow nor stop the training."""

import contextlib
import json
import os
import queue
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Optional, Union

import keras

from tfaip.runs.format.files import read_object
from tfaip.trainer.callbacks.extract_logs import is_number
from tfaip.util.file.atomic import write_text_atomically
from tfaip.util.logging import logger

log = logger(__name__)

# the names of the run in other programs, in its directory
EXPORTS_FILENAME = "exports.json"
MAX_WAITING = 1000
SECONDS_TO_CLOSE = 15.0
# after an error or a signal
SECONDS_TO_CLOSE_EARLY = 3.0


@dataclass
class ExportedRun:
    """What another program is told about a run.

    Attributes:
        name: Its name.
        project: What it belongs to.
        params: The parameters by which runs are compared.
        output_dir: Its directory, None if it has none.
        is_resumed: Whether a run goes on.
    """

    name: str
    project: str
    params: Dict[str, Union[bool, int, float, str]] = field(default_factory=dict)
    output_dir: Optional[str] = None
    is_resumed: bool = False


class Exporter(keras.callbacks.Callback, ABC):
    """Hands the values of each epoch to another program, in a thread of its own.

    Whatever fails there is told once, as a warning. What is too much for it is dropped.

    Args:
        run: The run.

    Attributes:
        label: The name of the other program.
    """

    supports_steps_per_call = True
    label = ""

    def __init__(self, run: ExportedRun):
        super().__init__()
        self.run = run
        self._tasks: queue.Queue[Optional[Callable[[], None]]] = queue.Queue(MAX_WAITING)
        self._thread: Optional[threading.Thread] = None
        self._is_complete = False
        self._has_begun = False
        self._has_failed = False

    # ------------------------------------------------------------------ of the other program, called in the thread
    @abstractmethod
    def begin(self, known_id: Optional[str]) -> str:
        """Begin a run, or go on with one.

        Args:
            known_id: What an earlier session returned, None for a new run.

        Returns:
            What names the run there.
        """
        raise NotImplementedError

    @abstractmethod
    def write(self, values: Mapping[str, float], step: int, seconds: float) -> None:
        """Write values.

        Args:
            values: The values by name.
            step: The number of steps of all epochs.
            seconds: When, in seconds since 1970.
        """
        raise NotImplementedError

    @abstractmethod
    def end(self, is_complete: bool) -> None:
        """End the run.

        Args:
            is_complete: Whether the training has come to its end.
        """
        raise NotImplementedError

    # ------------------------------------------------------------------ of the training
    def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Begin; a training that goes back to a checkpoint goes on with the same run."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=f"export-{self.label}", daemon=True)
            self._thread.start()
            self._add(self._begin)

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Hand over the values of an epoch."""
        values = {name: float(value) for name, value in (logs or {}).items() if is_number(value) and name != "count"}
        step, now = (epoch + 1) * int(self.params.get("steps") or 1), time.time()
        self._add(lambda: self.write({**values, "epoch": epoch + 1}, step, now))

    def on_train_end(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """The training has come to its end."""
        self._is_complete = True
        self.close()

    def close(self) -> None:
        """End the run, and wait a moment for it; called also after errors."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._end()
        seconds = SECONDS_TO_CLOSE if self._is_complete else SECONDS_TO_CLOSE_EARLY
        thread.join(seconds)
        if thread.is_alive():
            self._tell(f"it did not answer within {seconds:g} seconds")

    # ------------------------------------------------------------------ the thread
    def _add(self, task: Optional[Callable[[], None]]) -> None:
        try:
            self._tasks.put_nowait(task)
        except queue.Full:
            self._tell("it is too slow")

    def _end(self) -> None:
        """Let the thread end even if its queue is full."""
        while True:
            try:
                self._tasks.put_nowait(None)
                return
            except queue.Full:
                with contextlib.suppress(queue.Empty):
                    self._tasks.get_nowait()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            if not self._has_failed:
                self._try(task)
        if self._has_begun:
            self._try(lambda: self.end(self._is_complete))

    def _try(self, task: Callable[[], None]) -> None:
        try:
            task()
        except (Exception, SystemExit) as error:
            # the libraries raise errors of many kinds, and leave the program if they are not set up
            self._tell(f"{type(error).__name__}: {error}")

    def _tell(self, why: str) -> None:
        if not self._has_failed:
            self._has_failed = True
            log.warning("The training is not exported to %s any more (%s). It goes on.", self.label, why)

    def _begin(self) -> None:
        folder = self.run.output_dir
        filename = os.path.join(folder, EXPORTS_FILENAME) if folder else None
        ids = (read_object(filename) or {}) if filename else {}
        known = ids.get(self.label)
        name = self.begin(known if self.run.is_resumed and isinstance(known, str) else None)
        self._has_begun = True
        if filename and name != known:
            write_text_atomically(filename, json.dumps({**ids, self.label: name}) + "\n")
