# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Connections that have to send their requests, and to take their answers, within a time."""

import asyncio
import logging
from typing import Any, Optional, Protocol

from uvicorn.protocols.http.h11_impl import H11Protocol

logger = logging.getLogger(__name__)


class AnswerCounter(Protocol):
    """Counts the answers that clients have not taken yet."""

    def begin_answer(self, n_bytes: int) -> None:
        """Count an answer that has to wait for its client."""

    def end_answer(self, n_bytes: int) -> None:
        """Count an answer no more."""


class TimedProtocol(H11Protocol):
    """Ends a connection that does not send the headers of a request in time, or does not take what is sent to it.

    uvicorn waits for both without end. The time between two requests of a connection is limited by uvicorn.
    """

    header_timeout: float = 10.0
    send_timeout: float = 60.0
    load: Optional[AnswerCounter] = None
    _timer: Optional[asyncio.TimerHandle] = None
    _send_timer: Optional[asyncio.TimerHandle] = None
    _unsent = 0

    @classmethod
    def with_limits(
        cls, header_timeout: float, send_timeout: float, load: Optional[AnswerCounter] = None
    ) -> "type[TimedProtocol]":
        """Return the class with other limits.

        Args:
            header_timeout: Seconds for the headers of a request.
            send_timeout: Seconds for an answer.
            load: Counts the answers that are not taken yet.
        """
        attributes = {"header_timeout": header_timeout, "send_timeout": send_timeout, "load": load}
        return type(cls.__name__, (cls,), attributes)

    def connection_made(self, transport: Any) -> None:
        """Start the clock."""
        super().connection_made(transport)
        # be told as soon as anything has to wait for the client, and when nothing does any more
        transport.set_write_buffer_limits(high=0)
        self._start()

    def data_received(self, data: bytes) -> None:
        """Stop the clock if a request has come, start it if a part of one has."""
        super().data_received(data)
        if self._answers():
            self._stop()
        elif self._timer is None:
            self._start()

    def pause_writing(self) -> None:
        """Start the clock of the answer: the client does not take it at once."""
        super().pause_writing()
        self._unsent = self.transport.get_write_buffer_size()
        if self.load is not None:
            self.load.begin_answer(self._unsent)
        self._send_timer = self.loop.call_later(self.send_timeout, self._is_not_taken)

    def resume_writing(self) -> None:
        """Stop the clock of the answer: the client has taken it."""
        self._stop_sending()
        super().resume_writing()

    def connection_lost(self, exc: Optional[Exception]) -> None:
        """Stop the clocks."""
        self._stop()
        self._stop_sending()
        super().connection_lost(exc)

    def _answers(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _start(self) -> None:
        self._timer = self.loop.call_later(self.header_timeout, self._time_is_up)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _stop_sending(self) -> None:
        if self._send_timer is not None:
            self._send_timer.cancel()
            self._send_timer = None
            if self.load is not None:
                self.load.end_answer(self._unsent)

    def _time_is_up(self) -> None:
        self._timer = None
        if not self._answers() and not self.transport.is_closing():
            self.transport.close()

    def _is_not_taken(self) -> None:
        logger.info("A client has not taken its answer within %g seconds", self.send_timeout)
        # closing would wait for the client
        self.transport.abort()
