# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The files of the page, held in memory: no request reaches the disk."""

import hashlib
from http import HTTPStatus
from pathlib import Path
from typing import Dict, NamedTuple, Optional

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).resolve().parent.parent / "page"
INDEX = "index.html"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


class PageFile(NamedTuple):
    """A file of the page."""

    content: bytes
    media_type: str
    tag: str


class PageFiles:
    """The files of the page."""

    def __init__(self, folder: Path = FOLDER):
        paths = [path for path in sorted(folder.rglob("*")) if path.suffix in _TYPES]
        self._files: Dict[str, PageFile] = {path.relative_to(folder).as_posix(): _read(path) for path in paths}

    def answer(self, name: str, request: Request) -> Optional[Response]:
        """Return the answer with a file, None if there is no such file."""
        file = self._files.get(name)
        if file is None:
            return None
        headers = {"ETag": file.tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == file.tag:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(file.content, headers=headers, media_type=file.media_type)


def _read(path: Path) -> PageFile:
    content = path.read_bytes()
    return PageFile(content, _TYPES[path.suffix], f'"{hashlib.sha256(content).hexdigest()[:16]}"')
