# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The application: what is answered at which path."""

import asyncio
import logging
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any, Dict, List, Optional, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from tfaip.serve.decoding.body import NPZ
from tfaip.serve.decoding.request import PredictionRequest
from tfaip.serve.encoding import to_json, to_npz
from tfaip.serve.errors import RequestError
from tfaip.serve.http.counting import CLIENT_HAS_GONE, CountingApp
from tfaip.serve.http.page import documentation_page
from tfaip.serve.http.receiving import receive_body
from tfaip.serve.load import BodyLoad
from tfaip.serve.metrics import CONTENT_TYPE
from tfaip.serve.service import PredictedSample, PredictionService, Result

logger = logging.getLogger(__name__)

T = TypeVar("T")
_MEGABYTE = 1_000_000


class _ClientHasGone(Exception):
    """Nobody waits for the answer any more."""


class ServingApp:
    """Answers requests.

    Args:
        service: Predicts.
        openapi: The description of the service.

    Attributes:
        ends: Whether the service is about to end.
    """

    def __init__(self, service: PredictionService, openapi: Dict[str, Any]):
        self._service = service
        self._openapi = to_json(openapi)
        self._page = documentation_page(openapi)
        self.ends = False

    def create(self) -> ASGIApp:
        """Return the ASGI application."""
        routes = [
            Route("/predict", self._predict, methods=["POST"]),
            Route("/health", self._health, methods=["GET"]),
            Route("/ready", self._ready, methods=["GET"]),
            Route("/metrics", self._metrics, methods=["GET"]),
            Route("/openapi.json", self._describe, methods=["GET"]),
            Route("/docs", self._document, methods=["GET"]),
            Route("/", self._document, methods=["GET"]),
        ]
        handlers: Dict[Any, Any] = {
            RequestError: _answer_error,
            HTTPException: _answer_http_error,
            Exception: _answer_our_error,
        }
        app = Starlette(routes=routes, exception_handlers=handlers)
        return CountingApp(app, self._service.metrics, [route.path for route in routes])

    async def _predict(self, request: Request) -> Response:
        params = self._service.params
        if self._service.load.is_full:
            # without reading the body
            with self._service.load.of_samples(1):
                pass
        try:
            with self._service.load.of_body() as load:
                body = await receive_body(request, load, int(params.max_body_mb * _MEGABYTE), params.receive_timeout)
                async with asyncio.timeout(params.timeout):
                    return await _unless_client_goes(request, self._answer(request, body, load))
        except TimeoutError as error:
            raise RequestError(
                HTTPStatus.GATEWAY_TIMEOUT,
                "timeout",
                "The prediction took too long.",
                expected=f"within {params.timeout:g} seconds",
                hint="try again with fewer samples, or later",
            ) from error
        except (ClientDisconnect, _ClientHasGone):
            # goes nowhere, but the application has to answer
            return Response(status_code=CLIENT_HAS_GONE)

    async def _answer(self, request: Request, body: bytes, load: BodyLoad) -> Response:
        content_type = request.headers.get("content-type", "")
        decoded = await self._service.decode(body, content_type, _flag(request, "batch"), _flag(request, "tensors"))
        load.add(decoded.n_bytes)
        results = await self._service.predict(decoded)
        errors = [result for result in results if isinstance(result, RequestError)]
        if len(errors) == len(results):
            raise errors[0]
        is_npz = NPZ in request.headers.get("accept", "")
        return await self._service.in_pool(lambda: _response(decoded, results, is_npz))

    async def _health(self, request: Request) -> Response:
        if not self._service.is_alive:
            return _json({"status": "stuck"}, HTTPStatus.SERVICE_UNAVAILABLE)
        return _json({"status": "ok"})

    async def _ready(self, request: Request) -> Response:
        status = "ready"
        if self.ends:
            status = "ending"
        elif not self._service.is_alive:
            status = "stuck"
        elif self._service.load.is_full:
            status = "full"
        return _json({"status": status}, HTTPStatus.OK if status == "ready" else HTTPStatus.SERVICE_UNAVAILABLE)

    async def _metrics(self, request: Request) -> Response:
        return Response(self._service.metrics.text(), media_type=CONTENT_TYPE)

    async def _describe(self, request: Request) -> Response:
        return Response(self._openapi, media_type="application/json")

    async def _document(self, request: Request) -> Response:
        return HTMLResponse(self._page)


async def _unless_client_goes(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Return the result of the work, which is cancelled if the client goes."""
    answering = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_client_goes(request))
    try:
        await asyncio.wait((answering, watching), return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            return answering.result()
        raise _ClientHasGone
    finally:
        answering.cancel()
        watching.cancel()
        await asyncio.gather(answering, watching, return_exceptions=True)


async def _client_goes(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _response(request: PredictionRequest, results: List[Result], is_npz: bool) -> Response:
    if is_npz:
        errors = [result for result in results if isinstance(result, RequestError)]
        if errors:
            raise errors[0]
        outputs = [result.outputs for result in results if isinstance(result, PredictedSample)]
        return Response(to_npz(outputs, is_batch=len(outputs) > 1), media_type=NPZ)
    predictions = [
        {"error": result.body()}
        if isinstance(result, RequestError)
        else {"outputs": result.outputs, "meta": result.meta}
        for result in results
    ]
    content = to_json({"predictions": predictions}, as_base64=request.arrays == "base64")
    return Response(content, media_type="application/json")


def _flag(request: Request, name: str) -> bool:
    return request.query_params.get(name, "").lower() in ("1", "true", "yes")


def _json(content: Any, status: int = HTTPStatus.OK, headers: Optional[Dict[str, str]] = None) -> Response:
    return Response(to_json(content), status, headers, "application/json")


async def _answer_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)
    return _json({"error": error.body()}, error.status, error.headers)


async def _answer_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).name.lower()
    headers = dict(error.headers) if error.headers else None
    return _json({"error": {"code": code, "message": error.detail}}, error.status_code, headers)


async def _answer_our_error(request: Request, error: Exception) -> Response:
    # the server writes the traceback into the log
    content = {"error": {"code": "internal", "message": "The service failed; its log tells more."}}
    return _json(content, HTTPStatus.INTERNAL_SERVER_ERROR)
