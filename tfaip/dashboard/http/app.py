# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The application: what is answered at which path."""

import asyncio
import functools
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, Dict, List, Optional, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tfaip.dashboard.actions.actions import Actions
from tfaip.dashboard.http import details
from tfaip.dashboard.http.access import Access, GuardedApp
from tfaip.dashboard.http.answers import error_answer, json_answer
from tfaip.dashboard.http.events import ChangeStreams
from tfaip.dashboard.http.pagefiles import INDEX, PageFiles
from tfaip.dashboard.watching.entries import Entry
from tfaip.dashboard.watching.watcher import RunWatcher
from tfaip.runs.reading.run import Run
from tfaip.util.errors import UserError

logger = logging.getLogger(__name__)

T = TypeVar("T")
_READERS = 4


class DashboardApp:
    """Answers requests.

    Args:
        watcher: Knows the runs.
        directories: Where they are looked for, for the page.
        access: Who may ask.
        port: The port that the server listens at.
        actions: What may be done with runs.
    """

    def __init__(self, watcher: RunWatcher, directories: List[str], access: Access, port: int, actions: Actions):
        self._watcher = watcher
        self._directories = directories
        self._actions = actions
        self._page = PageFiles()
        self._pool = ThreadPoolExecutor(_READERS, thread_name_prefix="reading")
        self.streams = ChangeStreams(watcher)
        handlers: Dict[Any, Any] = {HTTPException: _answer_http_error, Exception: _answer_our_error}
        app = Starlette(routes=self._routes(), exception_handlers=handlers)
        self.app = GuardedApp(app, access, port)

    def _routes(self) -> List[Route]:
        run = "/api/runs/{id:str}"
        answers: Dict[str, Callable[[Entry, Request], Any]] = {
            "": lambda entry, request: details.details(entry),
            "/metrics": lambda entry, request: details.metrics(entry, request.query_params.get("cursor")),
            "/log": lambda entry, request: details.log(entry, _number(request, "start")),
            "/images": lambda entry, request: details.images(entry),
            "/code": lambda entry, request: details.code_file(entry, _word(request, "of"), _word(request, "path")),
            "/patch": lambda entry, request: details.patch(entry, _word(request, "of")),
        }
        return [
            Route("/", self._index),
            Route("/page/{name:path}", self._file),
            Route("/api/runs", self._runs),
            Route("/api/parameters", self._parameters),
            Route("/api/events", self._events),
            *(Route(run + path, self._of_run(answer)) for path, answer in answers.items()),
            Route(run + "/image", self._image),
            Route(run + "/{action:str}", self._act, methods=["POST"]),
        ]

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _index(self, request: Request) -> Response:
        return self._page.answer(INDEX, request) or error_answer(HTTPStatus.NOT_FOUND, "There is no page.")

    async def _file(self, request: Request) -> Response:
        found = self._page.answer(request.path_params["name"], request)
        return found or error_answer(HTTPStatus.NOT_FOUND, "There is no such file.")

    async def _runs(self, request: Request) -> Response:
        await self._in_pool(self._watcher.fresh)
        entries = self._watcher.entries
        is_known = request.query_params.get("server") == entries.server
        content = {
            "server": entries.server,
            "now": time.time(),
            "folders": self._directories,
            "actions": self._actions.allowed(self.app.can_act(request)),
            "parameters_rev": self._watcher.parameters.rev,
            **entries.since((_number(request, "since") or 0) if is_known else 0),
        }
        return json_answer(content)

    async def _parameters(self, request: Request) -> Response:
        return json_answer(self._watcher.parameters.content())

    async def _events(self, request: Request) -> Response:
        if self.streams.is_full:
            return error_answer(HTTPStatus.SERVICE_UNAVAILABLE, "Too many pages listen; ask from time to time.")
        return self.streams.stream()

    def _of_run(self, answer: Callable[[Entry, Request], Any]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            entry = await self._entry(request)
            content = await self._in_pool(functools.partial(answer, entry, request))
            if content is None:
                return error_answer(HTTPStatus.NOT_FOUND, "There is no such file.")
            return await self._in_pool(functools.partial(json_answer, content))

        return endpoint

    async def _image(self, request: Request) -> Response:
        entry = await self._entry(request)
        tag, step = _word(request, "tag"), _number(request, "step")
        content = None if step is None else await self._in_pool(lambda: Run(entry.path).image(tag, step))
        if content is None:
            return error_answer(HTTPStatus.NOT_FOUND, "There is no such picture.")
        return Response(content, headers={"Cache-Control": "private, max-age=60"}, media_type="image/png")

    async def _act(self, request: Request) -> Response:
        act = self._actions.find(request.path_params["action"])
        if act is None:
            return error_answer(HTTPStatus.FORBIDDEN, "This dashboard does not do that.")
        entry = await self._entry(request)
        try:
            message = await self._in_pool(functools.partial(act, entry.path))
        except UserError as error:
            return error_answer(HTTPStatus.CONFLICT, " ".join(filter(None, [error.what, error.got])))
        logger.info("%s: %s", entry.path, message)
        return json_answer({"message": message})

    async def _entry(self, request: Request) -> Entry:
        key = request.path_params["id"]
        entry = self._watcher.entries.get(key)
        if entry is None:
            # a link from yesterday, before anybody has looked
            await self._in_pool(self._watcher.fresh)
            entry = self._watcher.entries.get(key)
        if entry is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such run (any more).")
        return entry

    async def _in_pool(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, function)


def _word(request: Request, name: str) -> str:
    return request.query_params.get(name, "")


def _number(request: Request, name: str) -> Optional[int]:
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


async def _answer_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return error_answer(HTTPStatus(error.status_code), error.detail)


async def _answer_our_error(request: Request, error: Exception) -> Response:
    # the server writes the traceback into the log
    return error_answer(HTTPStatus.INTERNAL_SERVER_ERROR, "The dashboard failed; its log tells more.")
