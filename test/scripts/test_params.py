# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""tfaip-params finds its commands and tells of those that do not exist."""

import importlib

import pytest

from tfaip.scripts.params import COMMANDS, main
from tfaip.util.errors import UserError


def test_help_lists_all_commands(capsys):
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for name, command in COMMANDS.items():
        assert f"  {name} " in text
        assert command.summary in text


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_a_help(name, capsys):
    with pytest.raises(SystemExit) as exit_info:
        main([name, "--help"])
    assert exit_info.value.code == 0
    assert f"usage: tfaip-params {name}" in capsys.readouterr().out
    assert importlib.import_module(COMMANDS[name].module).__doc__.startswith(f"``tfaip-params {name}``")


def test_an_unknown_command_is_a_mistake_with_a_hint():
    with pytest.raises(UserError) as error:
        main(["shcema"])
    assert "Did you mean schema" in error.value.render()


def test_without_a_command_the_commands_are_named():
    with pytest.raises(UserError) as error:
        main([])
    assert "schema" in error.value.render()
