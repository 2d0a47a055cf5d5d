# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The page in a real browser while a real training runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from test.dashboard import browser as browsers
from test.dashboard.running import DEADLINE, wait_until

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(browsers.CHROMIUM is None, reason="there is no Chromium on this system"),
]


@pytest.fixture
def training(folder):
    """A training that does not come to an end by itself."""
    flags = ["--trainer.output_dir", str(folder / "moons"), "--trainer.epochs", "100000"]
    command = [sys.executable, "-m", "tfaip.scripts.train", "templates.general", *flags]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": ""}
    with open(folder.parent / "output.txt", "wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT)
    yield process
    process.kill()
    process.wait()


def test_a_training_is_followed_and_stopped(training, serve):
    with serve() as client, browsers.started() as browser:
        tab = browsers.Tab(browser.new_page(), client)
        page = tab.open(with_token=True)
        page.locator("tbody tr.running").wait_for(timeout=4000 * DEADLINE)
        page.get_by_role("link", name="moons").click()
        page.locator(".chart .uplot").first.wait_for(timeout=4000 * DEADLINE)
        epoch = int(page.locator(".facts div", has_text="epoch").first.inner_text().split()[1])
        wait_until(lambda: client.runs()["moons"]["epoch"] > epoch + 1)
        page.get_by_role("button", name="Stop").click()
        page.locator(".run-head .state.stopped").wait_for()
        assert training.wait(DEADLINE) == 143
        tab.check()
