# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A server that handles its signals itself."""

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Optional, Type

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SECONDS_FOR_LAST_REQUESTS = 0.3
_KEEP_ALIVE_SECONDS = 30


def create_config(app: Any, protocol: Type[H11Protocol], grace: float, **settings: Any) -> uvicorn.Config:
    """Return how a server of ours answers: with HTTP alone, without a log and headers of its own.

    Args:
        app: The ASGI application.
        protocol: Its connections.
        grace: Seconds for the requests under way at the end, at least 1.
        settings: Further settings of uvicorn.
    """
    return uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=max(1, round(grace)),
        **settings,
    )


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
