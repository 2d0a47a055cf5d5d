# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How a program ends: exit code and message for each kind of error."""

import sys

import pytest

from tfaip.scripts.common import run_program
from tfaip.util.errors import UserError


def raising(error):
    def main(args):
        raise error

    return main


def test_a_program_gets_its_arguments_and_returns_its_code(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["program", "a", "b"])
    seen = []
    with pytest.raises(SystemExit) as exit_info:
        run_program(seen.extend)
    assert exit_info.value.code == 0
    assert seen == ["a", "b"]
    with pytest.raises(SystemExit) as exit_info:
        run_program(lambda args: 3)
    assert exit_info.value.code == 3


def test_a_mistake_of_the_user_is_told_without_a_traceback(capsys):
    with pytest.raises(SystemExit) as exit_info:
        run_program(raising(UserError("Wrong flag.", got="--lern")))
    assert exit_info.value.code == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("error: Wrong flag.")
    assert "--lern" in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_an_unknown_log_level_is_a_mistake_of_the_user(capsys, monkeypatch):
    monkeypatch.setenv("TFAIP_LOG_LEVEL", "loud")
    with pytest.raises(SystemExit) as exit_info:
        run_program(lambda args: 0)
    assert exit_info.value.code == 2
    assert "loud" in capsys.readouterr().err


def test_an_interrupt_is_one_line(capsys):
    with pytest.raises(SystemExit) as exit_info:
        run_program(raising(KeyboardInterrupt()))
    assert exit_info.value.code == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_any_other_error_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        run_program(raising(ZeroDivisionError()))
