# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The thread that writes the record of a run. Whatever happens to it, the training goes on."""

import os
import threading
import time
from collections import deque
from dataclasses import replace
from typing import Callable, Deque, List, Optional

from tfaip.runs.format.metrics import Record, to_line
from tfaip.runs.format.names import HEARTBEAT_SECONDS, METRICS_FILENAME
from tfaip.runs.format.status import Status, write_status
from tfaip.util.logging import logger

log = logger(__name__)

TICK_SECONDS = 0.5
SECONDS_BETWEEN_STATUS = 1.0
# more than these are not kept for a disk that is too slow
MAX_WAITING = 2000
MAX_WAITING_JOBS = 50


class RecordWriter:
    """Writes what a training hands over, which takes no time: nothing waits, what is too much is dropped.

    Args:
        folder: The directory of the run.
        status: How far the run is.
    """

    def __init__(self, folder: str, status: Status):
        self._folder = folder
        self._status = status
        self._written: Optional[Status] = None
        self._written_at = 0.0
        self._records: Deque[Record] = deque()
        self._jobs: Deque[Callable[[], None]] = deque()
        self._dropped = 0
        self._is_warned = False
        # the last line may have been cut off, by a kill or a full disk
        self._line_may_be_open = True
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="record", daemon=True)

    @property
    def status(self) -> Status:
        """How far the run is. Its ``t`` is the time that its estimate was made at."""
        return self._status

    @status.setter
    def status(self, status: Status) -> None:
        self._status = status

    @property
    def dropped(self) -> int:
        """How many records and jobs were lost."""
        return self._dropped

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def add(self, record: Record) -> None:
        """Let a record be written."""
        if len(self._records) >= MAX_WAITING:
            self._dropped += 1
        else:
            self._records.append(record)

    def add_job(self, job: Callable[[], None]) -> bool:
        """Let something else be done in the thread.

        Args:
            job: Writes a file. Its ``OSError`` is told.

        Returns:
            Whether it will be done.
        """
        if len(self._jobs) >= MAX_WAITING_JOBS:
            self._dropped += 1
            return False
        self._jobs.append(job)
        return True

    def close(self, seconds: float) -> None:
        """Write the rest, and wait for it.

        Args:
            seconds: How long at most.
        """
        self._end.set()
        self._thread.join(seconds)
        if self._thread.is_alive():
            self._warn(f"the disk has not taken it within {seconds:g} seconds")

    def _run(self) -> None:
        is_last = False
        while not is_last:
            self._write_round(is_last)
            is_last = self._end.wait(TICK_SECONDS)
        self._write_round(is_last)

    def _write_round(self, is_last: bool) -> None:
        self._guarded(self._write_records)
        while self._jobs:
            self._guarded(self._jobs.popleft())
        now = time.monotonic()
        wait = SECONDS_BETWEEN_STATUS if self._status is not self._written else HEARTBEAT_SECONDS
        if is_last or now - self._written_at >= wait:
            self._written_at = now
            self._guarded(self._write_status)

    def _guarded(self, job: Callable[[], None]) -> None:
        try:
            job()
        except OSError as error:
            self._dropped += 1
            self._warn(f"{error.filename or self._folder}: {error.strerror or error}")
        except Exception as error:
            # a mistake in here must not end the thread, which the states after it depend on
            self._dropped += 1
            self._warn(f"{type(error).__name__}: {error}")

    def _warn(self, why: str) -> None:
        if not self._is_warned:
            self._is_warned = True
            log.warning("The record of the run is not complete (%s). The training goes on.", why)

    def _write_records(self) -> None:
        lines: List[str] = []
        while self._records:
            lines.append(to_line(self._records.popleft()))
        if not lines:
            return
        text = "".join(lines).encode()
        try:
            self._append(os.path.join(self._folder, METRICS_FILENAME), text)
        except OSError:
            self._dropped += len(lines) - 1
            raise

    def _append(self, path: str, text: bytes) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
        try:
            if self._line_may_be_open and _has_open_line(descriptor):
                text = b"\n" + text
            self._line_may_be_open = True
            while text:
                text = text[os.write(descriptor, text) :]
            self._line_may_be_open = False
        finally:
            os.close(descriptor)

    def _write_status(self) -> None:
        status, now = self._status, time.time()
        left = None if status.eta_s is None else max(0.0, status.eta_s - max(0.0, now - status.t))
        write_status(self._folder, replace(status, t=now, eta_s=left, dropped=self._dropped))
        self._written = status


def _has_open_line(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
