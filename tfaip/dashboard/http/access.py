# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Who may ask for what.

Reading is free at the loopback address, unless told otherwise; everything else needs the token. Web sites of others
that a browser shows can neither read (their names are no names of this server, whatever address they claim to have)
nor do anything (their origin is another one).
"""

import hmac
import ipaddress
import secrets
import socket
from http import HTTPStatus
from typing import Dict, FrozenSet, Iterable, Mapping, Optional
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tfaip.dashboard.http.answers import error_answer, refusal_page

READING = ("GET", "HEAD")
TOKEN_QUERY = "token"
_PUBLIC = "/page/"
_MOST_TOKEN = 200

HEADERS: Mapping[bytes, bytes] = {
    b"content-security-policy": b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
}


class Access:
    """What a server may be called, and what opens it.

    Args:
        host: What the server was told to listen at.
        names: Further names of it, such as that of a proxy.
        is_private: Whether reading needs the token, too.
        token: The token; by default a new one.
    """

    def __init__(self, host: str, names: Iterable[str] = (), is_private: bool = False, token: Optional[str] = None):
        self.token = token or secrets.token_urlsafe(24)
        self.needs_token_to_read = is_private or not is_loopback(host)
        self._names = _names(host, names)

    def knows_host(self, host: str) -> bool:
        """Return whether a server at this machine may be called so in a request, with or without port."""
        name = host_name(host)
        if name is None:
            return False
        # an address cannot be that of a site of others
        return _is_address(name) or name in self._names or name.endswith(".localhost")

    def is_token(self, text: Optional[str]) -> bool:
        """Return whether a text is the token."""
        return text is not None and hmac.compare_digest(text[:_MOST_TOKEN].encode(), self.token.encode())


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def host_name(host: str) -> Optional[str]:
    """Return the name in the header ``Host``, without port; None if it is none."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return None
    return name.rstrip(".") if name else None


def _names(host: str, others: Iterable[str]) -> FrozenSet[str]:
    own = socket.gethostname()
    names = {"localhost", host, own, own.partition(".")[0], *others}
    return frozenset(name.lower().rstrip(".") for name in names if name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class GuardedApp:
    """An application behind its access, whose answers tell browsers what the page may not do.

    Args:
        app: The application.
        access: What opens it.
        port: The port that the server listens at: the name of the cookie, since cookies are those of all ports.
    """

    def __init__(self, app: ASGIApp, access: Access, port: int):
        self._app = app
        self._access = access
        self._cookie = f"tfaip-dashboard-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *HEADERS.items()]
            await send(message)

        request = HTTPConnection(scope)
        answer = self._refusal(request, scope["method"]) or self._entrance(request)
        await (answer or self._app)(scope, receive, send_with_headers)

    def _refusal(self, request: HTTPConnection, method: str) -> Optional[Response]:
        headers = request.headers
        if len(headers.getlist("host")) != 1 or not self._access.knows_host(headers["host"]):
            return error_answer(
                HTTPStatus.MISDIRECTED_REQUEST,
                "The dashboard is not known by this name; --allow_host NAME lets it be.",
            )
        is_page = method == "GET" and request.url.path == "/"
        if not is_page and headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return error_answer(HTTPStatus.FORBIDDEN, "Pages of others cannot ask the dashboard.")
        if method in READING:
            return self._refusal_to_read(request, is_page)
        if not _is_same_origin(headers):
            return error_answer(HTTPStatus.FORBIDDEN, "Pages of others cannot tell the dashboard to do anything.")
        if not self._has_token(request):
            return error_answer(
                HTTPStatus.UNAUTHORIZED, "This needs the token: open the link that tfaip-dashboard printed."
            )
        return None

    def _refusal_to_read(self, request: HTTPConnection, is_page: bool) -> Optional[Response]:
        if not self._access.needs_token_to_read or request.url.path.startswith(_PUBLIC) or self._has_token(request):
            return None
        if is_page and self._access.is_token(request.query_params.get(TOKEN_QUERY)):
            return None
        if is_page:
            return refusal_page()
        return error_answer(
            HTTPStatus.UNAUTHORIZED, "This needs the token: open the link that tfaip-dashboard printed."
        )

    def _entrance(self, request: HTTPConnection) -> Optional[Response]:
        """Keep the token of the link in a cookie, and lead to the address without it."""
        if request.url.path != "/" or TOKEN_QUERY not in request.query_params:
            return None
        answer = RedirectResponse("./", HTTPStatus.SEE_OTHER)
        if self._access.is_token(request.query_params[TOKEN_QUERY]):
            answer.set_cookie(self._cookie, self._access.token, httponly=True, samesite="lax", path="/")
        return answer

    def _has_token(self, request: HTTPConnection) -> bool:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._access.is_token(text.strip()):
            return True
        return self._access.is_token(request.cookies.get(self._cookie))

    def can_act(self, request: HTTPConnection) -> bool:
        """Return whether a request comes with the token."""
        return self._has_token(request)


def _is_same_origin(headers: Mapping[str, str]) -> bool:
    """Return whether a request comes from the page, or from a program that shows the token itself."""
    origin = headers.get("origin")
    if origin is None:
        return "authorization" in headers
    try:
        return urlsplit(origin).netloc.lower() == headers["host"].lower()
    except ValueError:
        return False


def describe(headers: Mapping[bytes, bytes] = HEADERS) -> Dict[str, str]:
    """Return the headers of each answer as texts."""
    return {name.decode(): value.decode() for name, value in headers.items()}
