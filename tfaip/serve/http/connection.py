# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Connections that have to send their requests within a time."""

import asyncio
from typing import Any, Optional

from uvicorn.protocols.http.h11_impl import H11Protocol


class TimedProtocol(H11Protocol):
    """Closes a connection that does not send the headers of a request in time; uvicorn waits for them without end.

    The time between two requests of a connection is limited by uvicorn.
    """

    header_timeout: float = 10.0
    _timer: Optional[asyncio.TimerHandle] = None

    @classmethod
    def with_timeout(cls, seconds: float) -> "type[TimedProtocol]":
        """Return the class with another time."""
        return type(cls.__name__, (cls,), {"header_timeout": seconds})

    def connection_made(self, transport: Any) -> None:
        """Start the clock."""
        super().connection_made(transport)
        self._start()

    def data_received(self, data: bytes) -> None:
        """Stop the clock if a request has come, start it if a part of one has."""
        super().data_received(data)
        if self._answers():
            self._stop()
        elif self._timer is None:
            self._start()

    def connection_lost(self, exc: Optional[Exception]) -> None:
        """Stop the clock."""
        self._stop()
        super().connection_lost(exc)

    def _answers(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _start(self) -> None:
        self._timer = self.loop.call_later(self.header_timeout, self._time_is_up)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _time_is_up(self) -> None:
        self._timer = None
        if not self._answers() and not self.transport.is_closing():
            self.transport.close()
