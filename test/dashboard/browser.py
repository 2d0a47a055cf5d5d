# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The browser of this system, driven by tests."""

import shutil
from contextlib import contextmanager
from typing import Any, Iterator, List

from test.dashboard.running import DEADLINE, Client, wait_until

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)


@contextmanager
def started() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # the sandbox does not work for root, nor in many containers; only our own page is shown
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Tab:
    """A tab with the page, which must neither complain nor ask other servers.

    Args:
        page: The tab.
        client: Of the dashboard.
    """

    def __init__(self, page: Any, client: Client):
        self.page = page
        self.client = client
        self.complaints: List[str] = []
        self.others: List[str] = []
        page.set_default_timeout(1000 * DEADLINE)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.on("request", lambda request: self._note(request.url))
        page.on("dialog", self._accept)
        self.dialogs: List[str] = []

    def open(self, place: str = "#/", with_token: bool = False) -> Any:
        """Show a view; return the tab."""
        if with_token:
            self.page.goto(f"{self.client.url}?token={self.client.token}")
        self.page.goto("about:blank")
        self.page.goto(self.client.url + place)
        self.page.wait_for_selector("main > *")
        return self.page

    def check(self) -> None:
        assert not self.complaints
        assert not self.others

    def texts(self, selector: str) -> List[str]:
        return [" ".join(text.split()) for text in self.page.locator(selector).all_inner_texts()]

    def wait_for(self, expression: str) -> None:
        """Wait until an expression of JavaScript is true; the page itself does not allow texts to be run."""
        wait_until(lambda: self.page.evaluate(expression))

    def wait_for_count(self, selector: str, count: int) -> None:
        wait_until(lambda: self.page.locator(selector).count() == count)

    def _note(self, url: str) -> None:
        if not url.startswith((self.client.url, "blob:", "about:")):
            self.others.append(url)

    def _accept(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.accept()
