# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The server around the application."""

import logging
import resource
from collections.abc import Callable

from starlette.types import ASGIApp

from tfaip.serve.http.limiting import LimitedApp
from tfaip.serve.load import Load
from tfaip.serve.params import ServeParams
from tfaip.util.http.connection import TimedProtocol
from tfaip.util.http.server import Server, create_config

logger = logging.getLogger(__name__)

# of files, the standard streams, and what TensorFlow opens
_OTHER_DESCRIPTORS = 64


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
    protocol = TimedProtocol.with_limits(params.receive_timeout, params.send_timeout, load)
    config = create_config(limited, protocol, params.grace, backlog=2048)
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
