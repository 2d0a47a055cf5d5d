# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-dashboard`` as a process of its own."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from test.dashboard.rundirectories import RunDirectory
from test.dashboard.running import DEADLINE, Client
from tfaip.scripts import dashboard
from tfaip.util.errors import UserError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def start(folder, tmp_path):
    started = []

    def start_process(*args, **variables):
        env = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
        command = [sys.executable, "-m", "tfaip.scripts.dashboard", str(folder), "--port", "0", *args]
        started.append(subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True))
        line = started[-1].stdout.readline()
        found = re.fullmatch(r"Dashboard on http://([\d.]+):(\d+)/\?token=(\S+)\n", line)
        assert found, line
        return started[-1], Client((found[1], int(found[2])), found[3])

    yield start_process
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_the_program_shows_runs_and_ends_in_order(folder, start, number, code):
    RunDirectory(folder / "a")
    process, client = start("--private", TFAIP_DASHBOARD_TOKEN="a-token_of-my-own")
    assert client.token == "a-token_of-my-own"
    assert client.get("/api/runs").status == 401
    assert client.get("/api/runs", Authorization=f"Bearer {client.token}").json["runs"][0]["name"] == "a"
    process.send_signal(number)
    assert process.wait(DEADLINE) == code


def test_it_needs_no_tensorflow(folder):
    imports = "import sys; from tfaip.dashboard import serving; from tfaip.scripts import dashboard"
    script = f"{imports}; assert not {{'tensorflow', 'keras', 'numpy'}} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_mistakes_are_told(folder, tmp_path, monkeypatch):
    with pytest.raises(UserError, match="nowhere"):
        dashboard.main([str(tmp_path / "nowhere")])
    monkeypatch.setenv(dashboard.TOKEN_VARIABLE, "short")
    with pytest.raises(UserError, match="token"):
        dashboard.main([str(folder)])
    monkeypatch.delenv(dashboard.TOKEN_VARIABLE)
    with pytest.raises(UserError, match="no such port"):
        dashboard.main([str(folder), "--port", "99999"])


def test_a_missing_package_is_told(folder, monkeypatch):
    monkeypatch.setattr(dashboard, "NEEDED_PACKAGES", ("no_such_package",))
    with pytest.raises(UserError, match=r"tfaip\[dashboard\]"):
        dashboard.main([str(folder)])
