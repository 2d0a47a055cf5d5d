# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Answers that are the same at all paths."""

import json
from http import HTTPStatus
from typing import Any

from starlette.responses import HTMLResponse, Response

_REFUSAL = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>tfaip runs</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><script src="page/theme.js"></script>
<link rel="stylesheet" href="page/style.css"></head><body><main><div class="empty"><h1>The token is missing</h1>
<p>Open the link that <code>tfaip-dashboard</code> printed when it started; it ends with <code>?token=…</code></p>
</div></main></body></html>"""


def json_answer(content: Any, status: int = HTTPStatus.OK) -> Response:
    """Return an answer in JSON."""
    # the pages of browsers cannot read NaN; what may hold it has been translated before
    text = json.dumps(content, allow_nan=False, separators=(",", ":"), ensure_ascii=True)
    return Response(text, status, {"Cache-Control": "no-store"}, "application/json")


def error_answer(status: HTTPStatus, message: str) -> Response:
    """Return why a request is refused."""
    return json_answer({"error": {"code": status.name.lower(), "message": message}}, status)


def refusal_page() -> Response:
    """Return the page for those who come without the token."""
    return HTMLResponse(_REFUSAL, HTTPStatus.UNAUTHORIZED, {"Cache-Control": "no-store"})
