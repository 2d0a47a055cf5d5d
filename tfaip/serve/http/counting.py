# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Counting the requests around the application."""

import time
from typing import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tfaip.serve.metrics import Metrics

OTHER_PATHS = "other"
# not of the standard, but widely used: the client has gone before the answer
CLIENT_HAS_GONE = 499


class CountingApp:
    """Counts the requests of an application, and their times.

    Args:
        app: The application.
        metrics: Counts.
        paths: The paths that are counted apart; all others count as one.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, paths: Collection[str]):
        self._app = app
        self._metrics = metrics
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = CLIENT_HAS_GONE
        start = time.perf_counter()

        async def counting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, counting_send)
        finally:
            path = scope["path"] if scope["path"] in self._paths else OTHER_PATHS
            self._metrics.requests.labels(path, str(status)).inc()
            self._metrics.seconds.labels(path).observe(time.perf_counter() - start)
