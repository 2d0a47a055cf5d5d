# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Asking a service over real connections."""

import http.client
import json
from dataclasses import dataclass
from typing import Any

DEADLINE = 60


@dataclass
class Answer:
    status: int
    headers: dict
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def error(self) -> Any:
        return self.json["error"]


class HttpClient:
    """Asks; an underscore in the name of a header stands for a hyphen."""

    answer_cls = Answer

    def __init__(self, address: tuple):
        self.address = address

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        connection = http.client.HTTPConnection(*self.address, timeout=DEADLINE)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return self.answer_cls(response.status, headers, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)
