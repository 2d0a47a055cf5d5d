# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The server around the application: the socket, the signals, and the end in order."""

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Optional

import uvicorn
from starlette.types import ASGIApp

from tfaip.serve.http.connection import TimedProtocol
from tfaip.serve.http.limiting import LimitedApp
from tfaip.serve.load import Load
from tfaip.serve.params import ServeParams
from tfaip.util.errors import UserOSError, UserValueError

logger = logging.getLogger(__name__)

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_KEEP_ALIVE_SECONDS = 30
_SECONDS_FOR_LAST_REQUESTS = 0.3
# of files, the standard streams, and what TensorFlow opens
_OTHER_DESCRIPTORS = 64


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to an address, so that nobody else gets it; connections come later.

    Args:
        host: A name or an address of this machine.
        port: The port, 0 for any that is free.

    Raises:
        UserError: The host is unknown, or the port is in use or not allowed.
    """
    if not 0 <= port <= 65535:
        raise UserValueError("There is no such port.", where="--port", expected="0 to 65535", got=str(port))
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise UserValueError(
            "The host is unknown.",
            where="--host",
            expected="a name or an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them",
            got=f"{host}: {error}",
        ) from error
    family, kind, protocol, _, address = found[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise UserOSError(
            "The address cannot be used.",
            where=f"--host {host} --port {port}",
            expected="an address of this machine, and a port that is free and allowed",
            got=os.strerror(error.errno) if error.errno else str(error),
            hint="take another port; --port 0 takes any that is free",
        ) from error
    return bound


def url_of(bound: socket.socket) -> str:
    """Return the URL of a bound socket."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if bound.family == socket.AF_INET6 else f"http://{host}:{port}"


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


def create_server(
    app: ASGIApp, params: ServeParams, load: Load, on_start: Callable[[], None], on_end: Callable[[], None]
) -> Server:
    """Return the server of an application.

    Args:
        app: The application.
        params: Its limits.
        load: Counts the answers that clients have not taken yet.
        on_start: Is called when requests are taken.
        on_end: Is called when the end begins.
    """
    limited = LimitedApp(app, _allowed_connections(params.max_connections))
    config = uvicorn.Config(
        limited,
        http=TimedProtocol.with_limits(params.receive_timeout, params.send_timeout, load),
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=max(1, round(params.grace)),
        backlog=2048,
    )
    server = Server(config, on_start, on_end)
    limited.connections = server.server_state.connections
    return server


def _allowed_connections(wanted: int) -> int:
    """Return how many connections can be open: each takes a file descriptor."""
    descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if descriptors == resource.RLIM_INFINITY or wanted <= descriptors - _OTHER_DESCRIPTORS:
        return wanted
    allowed = max(1, descriptors - _OTHER_DESCRIPTORS)
    logger.warning("%d connections at most instead of %d: the limit of open files (ulimit -n)", allowed, wanted)
    return allowed
