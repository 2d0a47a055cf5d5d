# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Serving the page until the process is told to end."""

import signal
import socket
from collections.abc import Callable
from typing import List, Optional

from tfaip.dashboard.actions.actions import Actions
from tfaip.dashboard.actions.resuming import ResumeQueue
from tfaip.dashboard.http.access import Access
from tfaip.dashboard.http.app import DashboardApp
from tfaip.dashboard.watching.watcher import RunWatcher
from tfaip.util.http.address import url_of
from tfaip.util.http.connection import TimedProtocol
from tfaip.util.http.server import Server, create_config

EXIT_INTERRUPTED = 130
_HEADER_SECONDS = 10.0
_SEND_SECONDS = 30.0
# streams of events would never end by themselves
_GRACE_SECONDS = 1.0
_MOST_REQUESTS = 300


class Dashboard:
    """The page with the runs in directories.

    Args:
        directories: The directories.
        access: Who may see it.
        can_act: Whether runs may be stopped.
        queue: Goes on with runs; None: they cannot be resumed.

    Raises:
        UserError: One of the directories is none.
    """

    def __init__(
        self, directories: List[str], access: Access, can_act: bool = True, queue: Optional[ResumeQueue] = None
    ):
        self._directories = directories
        self._access = access
        self._can_act = can_act
        self._server: Optional[Server] = None
        self._queue = queue
        self.watcher = RunWatcher(directories, queue.notes) if queue else RunWatcher(directories)

    def run(self, bound: socket.socket, on_start: Callable[[str], None]) -> int:
        """Answer requests until SIGTERM, Ctrl-C, or :meth:`stop`.

        Args:
            bound: A bound socket.
            on_start: Is called with the URL as soon as requests are taken.

        Returns:
            The exit code: 0 after SIGTERM, 130 after Ctrl-C.
        """
        actions = Actions(self._can_act, self._queue)
        app = DashboardApp(self.watcher, self._directories, self._access, bound.getsockname()[1], actions)
        protocol = TimedProtocol.with_limits(_HEADER_SECONDS, _SEND_SECONDS)
        config = create_config(app.app, protocol, _GRACE_SECONDS, limit_concurrency=_MOST_REQUESTS)
        self._server = Server(config, lambda: on_start(url_of(bound)), app.streams.close)
        self.watcher.start()
        if self._queue is not None:
            self._queue.start()
        try:
            self._server.run(sockets=[bound])
        finally:
            self.watcher.close()
            if self._queue is not None:
                self._queue.close()
            app.close()
        return EXIT_INTERRUPTED if self._server.signal == signal.SIGINT else 0

    def stop(self) -> None:
        """Let :meth:`run` end; may be called in any thread."""
        if self._server is not None:
            self._server.should_exit = True
