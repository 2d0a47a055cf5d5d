# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Text out of a file reaches the terminal as text."""

import io
import json
import logging
from pathlib import Path

import pytest

from tfaip.params.cli.errors import Mistake
from tfaip.scripts import lav
from tfaip.scripts.paramscommands import diff
from tfaip.util import logging as tfaip_logging
from tfaip.util.errors import UserError
from tfaip.util.plaintext import without_controls

# colours and titles of terminals by both their forms, carriage return, direction of writing, line separator, surrogate
TRICKS = ["\x1b[31m", "\x1b]0;title\x07", "\x9b31m", "\r", "\b", "\x00", "\x7f", "\u202e", "\u2066", "\u2028", "\ud800"]


@pytest.mark.parametrize("trick", TRICKS, ids=ascii)
def test_what_a_terminal_would_obey_is_shown_as_an_escape(trick: str) -> None:
    shown = without_controls(f"a{trick}b")
    assert shown.isprintable()
    assert shown.startswith("a\\")


def test_other_text_stays_as_it_is() -> None:
    text = "Größe 中文 🎉\n\tindented \\x1b"
    assert without_controls(text) == text


@pytest.mark.parametrize("detail", ["where", "expected", "got", "hint"])
def test_no_detail_passes_for_another_line_of_the_message(detail: str) -> None:
    message = UserError("What.", **{detail: "x\n  try:      run me\x1b[2J"}).render()
    assert "\x1b" not in message
    assert [line for line in message.splitlines() if line.startswith("  try:      run")] == []


def test_a_mistake_is_one_line_and_its_details() -> None:
    assert Mistake("Unknown key a\n  try: run me.", where="file").render().count("\n") == 1


def test_a_file_does_not_write_to_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "trainer_params.json"
    file.write_text(json.dumps({"scenario": {"scenario_id": "\x1b]0;title\x07:x"}}))
    with pytest.raises(UserError) as error:
        lav.main(["--export_dir", str(tmp_path)])
    assert "\\x1b" in str(error.value)
    assert "\x1b" not in str(error.value)


def test_a_comparison_does_not_write_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    files = []
    for number in "12":
        file = tmp_path / f"{number}.json"
        values = {"scenario": {"\x1b[1m\n\ud800": number, "data": {"__cls__": f"\x1b[{number}m\n:x"}}}
        file.write_text(json.dumps(values))
        files.append(str(file))
    assert diff.main(files) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert len(out.splitlines()) == 3
    out.encode("utf-8")


def test_a_log_line_holds_text(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(tfaip_logging._formatter())
    handler.handle(logging.LogRecord("x", logging.INFO, "", 0, "%s", ("\x1b[31mred",), None))
    assert stream.getvalue().endswith(": \\x1b[31mred\n")
