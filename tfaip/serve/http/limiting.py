# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Refusing the requests of too many connections."""

from collections.abc import Collection

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tfaip.serve.encoding import to_json
from tfaip.serve.errors import overloaded


class LimitedApp:
    """Answers requests while no more connections are open than allowed, and tells the others to come back.

    Args:
        app: The application.
        most: The most connections.

    Attributes:
        connections: The open connections, set by who knows them.
    """

    def __init__(self, app: ASGIApp, most: int):
        self._app = app
        self._most = most
        self.connections: Collection[object] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        app = self._app if len(self.connections) <= self._most else self._refuse
        await app(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = overloaded("Too many connections are open.", expected=f"at most {self._most}", hint="try again later")
        headers = {**error.headers, "Connection": "close"}
        response = Response(to_json({"error": error.body()}), error.status, headers, "application/json")
        await response(scope, receive, send)
