# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The address that a service listens at."""

import os
import socket

from tfaip.util.errors import UserOSError, UserValueError


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
