# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a client is told if its request, or a sample of it, cannot be answered."""

from http import HTTPStatus
from typing import Any, Dict, Optional

from tfaip.util.errors import UserError


class RequestError(UserError):
    """A request, or one of its samples, that cannot be answered.

    Args:
        status: The HTTP status.
        code: A name for programs.
        what: See :class:`tfaip.util.errors.UserError`, like where, expected, got and hint.
        retry_after: Seconds after which it may be tried again.
    """

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        what: str,
        *,
        where: Optional[str] = None,
        expected: Optional[str] = None,
        got: Optional[str] = None,
        hint: Optional[str] = None,
        retry_after: Optional[int] = None,
    ):
        super().__init__(what, where=where, expected=expected, got=got, hint=hint)
        self.status = status
        self.code = code
        self.retry_after = retry_after

    def body(self) -> Dict[str, Any]:
        """Return what stands in the answer."""
        details = {"where": self.where, "expected": self.expected, "got": self.got, "hint": self.hint}
        known = {name: text for name, text in details.items() if text}
        return {"code": self.code, "message": self.what, **known}

    def without_traceback(self) -> "RequestError":
        """Return the error without what holds the frames that it came through, and all that is in them."""
        self.__traceback__ = self.__cause__ = self.__context__ = None
        return self

    @property
    def headers(self) -> Dict[str, str]:
        """The headers of the answer."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


def malformed(what: str, **details: Optional[str]) -> RequestError:
    """Return the error for a body that cannot be read."""
    return RequestError(HTTPStatus.BAD_REQUEST, "malformed", what, **details)  # type: ignore[arg-type]


def wrong_input(what: str, **details: Optional[str]) -> RequestError:
    """Return the error for a body that can be read but does not fit the model."""
    return RequestError(HTTPStatus.UNPROCESSABLE_ENTITY, "wrong_input", what, **details)  # type: ignore[arg-type]


def too_large(what: str, **details: Optional[str]) -> RequestError:
    """Return the error for a request beyond a limit."""
    return RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", what, **details)  # type: ignore[arg-type]


def overloaded(what: str, **details: Optional[str]) -> RequestError:
    """Return the error for a request that has to come back later."""
    error = RequestError(HTTPStatus.SERVICE_UNAVAILABLE, "overloaded", what, **details)  # type: ignore[arg-type]
    error.retry_after = 1
    return error
