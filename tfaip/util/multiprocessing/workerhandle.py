# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""One worker process, seen from the process that started it."""

import contextlib
import signal
import time
from collections.abc import Iterator
from multiprocessing import resource_tracker
from multiprocessing.context import BaseContext
from typing import Any, List, Optional, Tuple

from tfaip.util.multiprocessing import safe_path
from tfaip.util.multiprocessing.failure import WorkerError
from tfaip.util.multiprocessing.mainmodule import hidden_main_module
from tfaip.util.multiprocessing.transport.channel import pack
from tfaip.util.multiprocessing.transport.ends import OwnEnd
from tfaip.util.multiprocessing.workerlog import Logged, handle_here
from tfaip.util.multiprocessing.workerprocess import Ready, Rest, run_worker

# for a worker that was told to end, and for one whose death was noticed to leave its exit code
_SECONDS_TO_END = 1.0
_SECONDS_TO_DIE = 5.0
_FORK_SERVER_DIED = 255  # the exit code that multiprocessing gives then


@contextlib.contextmanager
def _blocked_interrupts() -> Iterator[None]:
    """Start processes, the fork server among them, so that Ctrl-C does not reach them even while they start."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # which lets the interrupts in again
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


class UnreadableError(WorkerError):
    """A message of a worker cannot be unpickled."""


class WorkerHandle:
    """A worker process and what it has to do.

    Args:
        setup: The pickled :class:`~tfaip.util.multiprocessing.workerprocess.WorkerSetup`.
        name: Name of the process.
        start_method: How to start it.

    Attributes:
        in_flight: The chunks that it was sent and has not answered, in the order in which it will.
        ready: Whether it has started.
        n_tasks: The number of tasks that it was sent.
        first_memory: The bytes of memory that it held when it was ready.
        memory: The bytes of memory that it held at the last look.
    """

    def __init__(self, setup: bytes, name: str, start_method: BaseContext):
        self.in_flight: List[int] = []
        self.ready = False
        self.n_tasks = 0
        self.first_memory = 0
        self.memory = 0
        self.end = OwnEnd()
        self.process = start_method.Process(  # type: ignore[attr-defined]
            target=run_worker, args=(self.end.worker_end, setup), name=name, daemon=True
        )
        try:
            with safe_path(), hidden_main_module(), _blocked_interrupts():
                self.process.start()
        except BaseException:
            self.end.give_up()
            raise
        self.end.worker_started()

    @property
    def channel(self) -> Any:
        """The channel to the worker."""
        return self.end.channel

    @property
    def growth(self) -> int:
        """The bytes by which its memory grew since it was ready."""
        return self.memory - self.first_memory

    def receive(self) -> Tuple[Any, int]:
        """Return the next message and the number of its bytes; what the worker logged comes out here.

        Raises:
            EOFError: The worker is dead.
            UnreadableError: The message cannot be read.
        """
        try:
            data = self.channel.receive_bytes()
        except OSError as error:
            raise EOFError from error
        try:
            message, n_bytes = self.channel.decode(data)
        except Exception as error:  # whatever a user's class raises when it is unpickled
            raise UnreadableError(
                f"The result of a worker process ({self.process.name}) cannot be read.",
                got=f"{type(error).__name__}: {error}",
            ) from error
        if isinstance(message, Logged):
            handle_here(message)
        return message, n_bytes

    def rest(self) -> None:
        """Let both processes give shared memory back: nothing follows for a while."""
        with contextlib.suppress(OSError):  # it died: the next stream finds out
            self.channel.send(pack(Rest()))
            self.channel.rest()

    def note_ready(self, message: Ready) -> None:
        """Take note that it has started."""
        self.ready = True
        self.first_memory = self.memory = message.memory

    def tell_to_end(self) -> None:
        """Let it notice that it is not needed any more; what it is doing is lost."""
        self.end.close()

    def stop(self, deadline: Optional[float] = None) -> None:
        """End the process, at the latest by killing it after the deadline."""
        self.tell_to_end()
        remaining = _SECONDS_TO_END if deadline is None else deadline - time.monotonic()
        self.process.join(max(remaining, 0))
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()

    def cause_of_death(self) -> str:
        """Wait until the dead process is gone and return what happened."""
        self.process.join(_SECONDS_TO_DIE)
        code = self.process.exitcode
        return f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"

    @property
    def is_out_of_sight(self) -> bool:
        """Whether the fork server died, so that nobody tells what becomes of the process."""
        return self.process.exitcode == _FORK_SERVER_DIED

    @property
    def was_killed(self) -> bool:
        """Whether a signal ended the process."""
        return (self.process.exitcode or 0) < 0
