# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Receiving the body of a request, within limits of size and time."""

import asyncio
from http import HTTPStatus

from starlette.requests import Request

from tfaip.serve.errors import RequestError, malformed, too_large
from tfaip.serve.load import BodyLoad


async def receive_body(request: Request, load: BodyLoad, max_bytes: int, timeout: float) -> bytes:
    """Return the body of a request.

    Args:
        request: The request.
        load: Counts the bytes.
        max_bytes: The most bytes.
        timeout: The most seconds.

    Raises:
        RequestError: It is too large, does not come in time, or there is no memory for it now.
        ClientDisconnect: The client has gone.
    """
    announced = request.headers.get("content-length")
    if announced is not None:
        if not announced.isascii() or not announced.isdigit():
            raise malformed("The length of the body is no number.", where="header Content-Length", got=announced[:100])
        _check_size(int(announced), max_bytes)
    chunks = []
    size = 0
    try:
        async with asyncio.timeout(timeout):
            async for chunk in request.stream():
                size += len(chunk)
                _check_size(size, max_bytes)
                load.add(len(chunk))
                chunks.append(chunk)
    except TimeoutError as error:
        raise RequestError(
            HTTPStatus.REQUEST_TIMEOUT,
            "too_slow",
            "The body did not come in time.",
            expected=f"within {timeout:g} seconds",
            got=f"{size} bytes" + (f" of {announced}" if announced else ""),
        ) from error
    return b"".join(chunks)


def _check_size(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise too_large(
            "The body is too large.",
            where="body",
            expected=f"at most {max_bytes} bytes",
            got=f"{size} bytes or more",
            hint="send fewer samples in a request, or arrays as base64, npz or images instead of lists",
        )
