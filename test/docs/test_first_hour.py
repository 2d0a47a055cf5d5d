# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The first hour goes as its page says: every command is run, every file written, the service answers."""

import json
import shutil
import socket

import pytest

from test.conftest import ROOT
from test.docs.pages import Shell, blocks_of, replace_class

PAGE = ROOT / "docs" / "first-hour.md"
KNOWN_MARKS = ("", "file", "class", "test: fails", "test: service", "test: needs a registry")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ready(service):
    """Read what a service prints until it takes requests."""
    lines = []
    for line in service.stdout:
        lines.append(line)
        if line.startswith("Serving on"):
            return
    raise AssertionError("".join(lines))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_every_step_of_the_page_works(tmp_path):
    shell, port, service, printed = Shell(tmp_path), str(free_port()), None, {}
    try:
        for block in blocks_of(PAGE, "bash", "python"):
            kind, _, name = block.mark.partition(": ")
            code = block.code.replace("8000", port)
            if kind == "file":
                (shell.folder / name).write_text(code)
            elif kind == "class":
                replace_class(shell.folder / name, code)
            elif block.mark == "test: service":
                service = shell.start(code.strip().removesuffix("&"))
                ready(service)
            elif block.mark != "test: needs a registry":
                done = shell.run(code)
                assert (done.returncode == 2) == (block.mark == "test: fails"), f"{block}: {done.stdout}{done.stderr}"
                assert done.returncode in (0, 2), f"{block}: {done.stdout}{done.stderr}"
                printed[code] = done
    finally:
        if service is not None:
            service.terminate()
            service.wait()
    result = json.loads((shell.folder / "result.json").read_text())
    assert "acc" in json.dumps(result)
    (answer,) = [done.stdout for code, done in printed.items() if code.startswith("curl")]
    assert json.loads(answer)["predictions"][0]["outputs"]["class"] in (0, 1)
    (mistakes,) = [done.stderr for code, done in printed.items() if "--model.node 64" in code]
    (shown,) = [block.code for block in blocks_of(PAGE, "") if block.code.startswith("error:")]
    assert shown.strip() in mistakes
    assert len((shell.folder / "results.jsonl").read_text().splitlines()) == 1000
    model = json.loads((shell.folder / "models" / "ring" / "best" / "trainer_params.json").read_text())
    assert model["early_stopping"]["current"] > 0.8


def test_each_mark_of_the_page_is_known():
    for block in blocks_of(PAGE):
        assert block.mark.partition(": ")[0] in KNOWN_MARKS or block.mark in KNOWN_MARKS, block
