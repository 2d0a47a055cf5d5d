# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Who may read, who may act, and that nothing outside of the runs can be reached."""

import hashlib
import os
import re

import pytest

from test.dashboard.rundirectories import RunDirectory
from tfaip.dashboard.http.access import Access
from tfaip.dashboard.http.pagefiles import FOLDER, PageFiles
from tfaip.runs.format.status import State


@pytest.fixture(autouse=True)
def _nothing_is_stopped(monkeypatch):
    # the runs here name the process of the tests
    monkeypatch.setattr("tfaip.dashboard.actions.actions.stop_run", lambda path: "stopped")


@pytest.fixture
def run(folder):
    return RunDirectory(folder / "a", State.RUNNING, epochs=1)


def test_reading_is_free_at_the_loopback_address(run, serve):
    with serve() as client:
        assert client.get("/").status == 200
        assert client.get("/api/runs").status == 200


@pytest.mark.parametrize("access", [{"host": "0.0.0.0"}, {"host": "::"}, {"is_private": True}])
def test_reading_needs_the_token_elsewhere_and_in_private(run, serve, access):
    with serve(**access) as client:
        refused = client.get("/")
        assert refused.status == 401 and b"token" in refused.content
        for path in ("/api/runs", "/api/parameters", "/api/events", "/api/runs/x/log", "/?token=wrong"):
            assert client.get(path).status == 401, path
        assert client.get("/api/runs", Authorization="Bearer wrong").status == 401
        assert client.get("/api/runs", Authorization=f"Bearer {client.token}").status == 200


def test_the_link_with_the_token_opens_the_page(run, serve):
    with serve(is_private=True) as client:
        answer = client.get(f"/?token={client.token}")
        assert (answer.status, answer.headers["location"]) == (303, "./")
        cookie = answer.headers["set-cookie"]
        assert "httponly" in cookie.lower() and "samesite=lax" in cookie.lower()
        pair = cookie.partition(";")[0]
        assert client.get("/", Cookie=pair).status == 200
        assert client.get("/api/runs", Cookie=pair).json["actions"] == {"stop": True, "resume": False}
        assert client.get("/api/runs", Cookie=f"{pair}x").status == 401


def test_names_of_others_are_refused(run, serve):
    with serve(names=["proxy.example"]) as client:
        for name in ("evil.example", "127.0.0.1.evil.example", "", "localhost.evil.example:80", "a b"):
            assert client.get("/api/runs", Host=name).status == 421, name
        for name in ("localhost:99", "127.0.0.1", "[::1]:99", "proxy.example", "PROXY.example."):
            assert client.get("/api/runs", Host=name).status == 200, name


def test_pages_of_others_can_neither_read_nor_act(run, serve):
    with serve() as client:
        path = f"/api/runs/{client.id_of('a')}/stop"
        assert client.get("/api/runs", Sec_Fetch_Site="cross-site").status == 403
        assert client.get("/", Sec_Fetch_Site="cross-site").status == 200
        for origin in ("http://evil.example", "null", "http://127.0.0.1:1", f"http://{client.host}.evil.example"):
            assert client.post(path, Origin=origin).status == 403, origin
        cookie = client.get(f"/?token={client.token}").headers["set-cookie"].partition(";")[0]
        without_origin = client.ask("POST", path, b"{}", Cookie=cookie)
        assert without_origin.status == 403


def test_acting_needs_the_token_even_at_the_loopback_address(run, serve):
    with serve() as client:
        path = f"/api/runs/{client.id_of('a')}/stop"
        assert client.ask("POST", path, b"{}", Origin=f"http://{client.host}").status == 401
        assert client.get("/api/runs").json["actions"] == {"stop": False, "resume": False}


def test_every_answer_tells_browsers_what_the_page_may_not(run, serve):
    with serve(is_private=True) as client:
        for path in ("/", "/page/main.js", "/api/runs", "/nothing"):
            headers = client.get(path).headers
            assert headers["content-security-policy"].startswith("default-src 'none'"), path
            assert "unsafe" not in headers["content-security-policy"]
            assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")


@pytest.mark.parametrize(
    "path",
    [
        "/page/../serving.py",
        "/page/..%2fserving.py",
        "/page/%2e%2e/serving.py",
        "/page//etc/passwd",
        "/page/vendor/README.md",
        "/api/runs/ID/code?of=1&path=../../../../secret.txt",
        "/api/runs/ID/code?of=../..&path=secret.txt",
        "/api/runs/ID/code?of=1&path=link.txt",
        "/api/runs/ID/code?of=1&path=/etc/passwd",
        "/api/runs/ID/image?tag=../..&step=1",
        "/api/runs/ID/image?tag=linked&step=1",
        "/api/runs/ID/image?tag=text&step=1",
        "/api/runs/ID/image?tag=%00&step=1",
        "/api/runs/..%2f..%2fsecret.txt",
        "/api/runs/nothing/log",
    ],
)
def test_no_file_outside_of_the_runs_is_reached(run, folder, serve, path):
    secret = folder / "secret.txt"
    secret.write_text("secret")
    run.add_code({"link.txt": "x"})
    link = run.path / "code" / "1" / "files" / "link.txt"
    link.unlink()
    link.symlink_to(secret)
    run.add_image("text", 1, b"secret")
    (folder / "1.png").write_bytes(b"\x89PNG\r\n\x1a\nsecret")
    (run.path / "images" / "linked").symlink_to(folder)
    with serve() as client:
        answer = client.get(path.replace("ID", client.id_of("a")))
        assert answer.status == 404
        assert b"secret" not in answer.content


def test_links_and_pipes_in_place_of_files_are_not_followed(run, folder, serve):
    (folder / "secret.txt").write_text("secret")
    (run.path / "train.log").unlink()
    (run.path / "train.log").symlink_to(folder / "secret.txt")
    (run.path / "metrics.jsonl").unlink()
    os.mkfifo(run.path / "metrics.jsonl")
    with serve() as client:
        assert client.of("a", "/log")["text"] == ""
        assert client.of("a", "/metrics")["series"] == []


def test_a_token_is_new_for_each_server():
    tokens = {Access("127.0.0.1").token for _ in range(3)}
    assert len(tokens) == 3 and all(len(token) >= 32 for token in tokens)


def test_the_page_loads_nothing_from_elsewhere():
    own = [
        path
        for path in FOLDER.rglob("*")
        if path.suffix in (".html", ".js", ".css", ".svg") and "vendor" not in path.parts
    ]
    for path in own:
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|//cdn", text), path
    assert len(own) > 10


def test_the_vendored_library_is_the_one_that_its_note_names():
    note = (FOLDER / "vendor" / "README.md").read_text()
    sums = dict(reversed(line.split("  ")) for line in note.splitlines() if re.fullmatch(r"[0-9a-f]{64}  \S+", line))
    files = {path for path in (FOLDER / "vendor").rglob("*") if path.is_file() and path.name != "README.md"}
    assert {path.relative_to(FOLDER / "vendor").as_posix() for path in files} == set(sums)
    for path in files:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sums[path.relative_to(FOLDER / "vendor").as_posix()]


def test_all_files_that_the_page_names_are_there():
    names = set(PageFiles()._files)
    html = (FOLDER / "index.html").read_text()
    assert set(re.findall(r'(?:src|href)="page/([^"]+)"', html)) <= names
    for script in FOLDER.glob("*.js"):
        imported = re.findall(r'from "\./([^"]+)"', script.read_text())
        assert set(imported) <= names, script
