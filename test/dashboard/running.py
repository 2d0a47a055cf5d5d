# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A dashboard in a thread of the test, asked over real connections."""

import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Iterator, Optional

from test.httpclient import DEADLINE, Answer, HttpClient
from tfaip.dashboard.actions.resuming import ResumeQueue
from tfaip.dashboard.http.access import Access
from tfaip.dashboard.serving import Dashboard
from tfaip.util.http.address import bind


class Client(HttpClient):
    def __init__(self, address: tuple, token: str):
        super().__init__(address)
        self.token = token

    @property
    def host(self) -> str:
        return f"{self.address[0]}:{self.address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/"

    def post(self, path: str, **headers: str) -> Answer:
        return self.ask("POST", path, b"{}", **{"Authorization": f"Bearer {self.token}", **headers})

    def runs(self) -> dict:
        """The runs by their names."""
        return {run["name"]: run for run in self.get("/api/runs").json["runs"]}

    def id_of(self, name: str) -> str:
        return self.runs()[name]["id"]

    def of(self, name: str, path: str = "") -> Any:
        answer = self.get(f"/api/runs/{self.id_of(name)}{path}")
        assert answer.status == 200, answer.content
        return answer.json

    def wait_for(self, condition: Callable[[dict], Any]) -> Any:
        """Wait until the runs fulfil a condition."""
        return wait_until(lambda: condition(self.runs()))


@contextmanager
def running(
    folder: Path, host: str = "127.0.0.1", can_act: bool = True, queue: Optional[ResumeQueue] = None, **access: Any
) -> Iterator[Client]:
    """A dashboard of the runs in a folder; it must end in order."""
    opened = Access(host, **access)
    dashboard = Dashboard([str(folder)], opened, can_act, queue)
    started = threading.Event()
    codes: list = []
    with bind("127.0.0.1", 0) as bound:
        thread = threading.Thread(target=lambda: codes.append(dashboard.run(bound, lambda url: started.set())))
        address = bound.getsockname()
        thread.start()
        assert started.wait(DEADLINE)
        try:
            yield Client(address, opened.token)
        finally:
            dashboard.stop()
            thread.join(DEADLINE)
    assert codes == [0]


def wait_until(condition: Callable[[], Any]) -> Any:
    """Wait for a condition, at most until the deadline, and return what it is."""
    end = time.monotonic() + DEADLINE
    while not (value := condition()):
        assert time.monotonic() < end, "the condition did not come true"
        time.sleep(0.05)
    return value
