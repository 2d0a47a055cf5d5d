# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A server that handles its signals itself."""

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Optional

import uvicorn

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SECONDS_FOR_LAST_REQUESTS = 0.3


class Server(uvicorn.Server):
    """A server that ends in order at SIGTERM and Ctrl-C, and at once at a second signal.

    Args:
        config: Its configuration.
        on_start: Is called when requests are taken.
        on_end: Is called when the end begins.
    """

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None], on_end: Callable[[], None]):
        super().__init__(config)
        self._on_start = on_start
        self._on_end = on_end
        self.signal: Optional[int] = None

    async def startup(self, sockets: "Optional[list[socket.socket]]" = None) -> None:
        """Take requests."""
        await super().startup(sockets)
        self._on_start()

    async def shutdown(self, sockets: "Optional[list[socket.socket]]" = None) -> None:
        """Take no more connections, and end the requests under way."""
        self._on_end()
        for server in self.servers:
            server.close()
        if not self.force_exit:
            # what has connected already is about to send its request
            await asyncio.sleep(_SECONDS_FOR_LAST_REQUESTS)
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle the signals in the block. Unlike uvicorn's, the process does not die of them afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: Optional[FrameType]) -> None:
        """End in order, or at once if that has been asked for before."""
        if self.should_exit:
            self.force_exit = True
        self.signal = self.signal or sig
        self.should_exit = True
