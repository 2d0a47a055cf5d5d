# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The flags that every parser has: ``--help``, ``--show``, ``--config`` and ``--print_config``."""

import argparse
import json
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from tfaip.params.cli.arguments import Assignment
from tfaip.params.cli.configflags import DIFF, PRINT_KEY, config_actions
from tfaip.params.cli.errors import Mistake
from tfaip.params.cli.plain import display
from tfaip.params.codec import params_to_json

HELP_KEYS = ("-h", "help")
SHOW_KEY = "show"


class OwnFlags:
    """Which of these flags a parser has.

    Args:
        has_help: Whether there is ``--help``.
        has_show: Whether there is ``--show``.
        may_have_config: Whether there are ``--config`` and ``--print_config`` as soon as the parser has trees.
    """

    def __init__(self, has_help: bool, has_show: bool, may_have_config: bool):
        self.has_help = has_help
        self.has_show = has_show
        self.may_have_config = may_have_config

    def wants_help(self, assignments: Sequence[Assignment]) -> bool:
        """Return whether the line asks for the help."""
        return self.has_help and any(assignment.key in HELP_KEYS for assignment in assignments)

    def wants_show(self, assignments: Sequence[Assignment]) -> bool:
        """Return whether the line asks for the parameters as JSON."""
        return self.has_show and any(assignment.key == SHOW_KEY for assignment in assignments)

    def mistakes(self, assignments: Sequence[Assignment]) -> List[Mistake]:
        """Return the mistakes in the use of these flags."""
        printing = [a for a in assignments if (a.key == SHOW_KEY and self.has_show) or a.key == PRINT_KEY]
        if len({assignment.key for assignment in printing}) < 2:
            return []
        mistake = Mistake("--show and --print_config cannot be given together.", hint="Give one of them.")
        return [mistake.at(printing[1].position)]

    def switches(self) -> Dict[str, Tuple[str, ...]]:
        """Return the names of the flags that take no files, with the words that each may take."""
        names = [SHOW_KEY] * self.has_show + [*HELP_KEYS] * self.has_help
        switches: Dict[str, Tuple[str, ...]] = dict.fromkeys(names, ())
        # Before the trees are known, too: a word behind the flag is no value of it.
        return {**switches, PRINT_KEY: (DIFF,)} if self.may_have_config else switches

    def actions(self, with_config: bool) -> List[argparse.Action]:
        """Return the flags for the help.

        Args:
            with_config: Whether those for configuration files are among them.
        """
        actions = config_actions() if with_config and self.may_have_config else []
        if self.has_show:
            actions.append(argparse.Action(["--show"], SHOW_KEY, nargs=0, help="Print the parsed parameters and end."))
        if self.has_help:
            text = "Print this help, along the present choices, and end. --FLAG --help explains one flag or choice."
            actions.append(argparse.Action(["-h", "--help"], "help", nargs=0, help=text))
        return actions


def show_text(plain: Mapping[str, Any], built: Mapping[str, Any]) -> str:
    """Return what ``--show`` prints."""
    lines = [f"{key} = {json.dumps(value, default=str)}" for key, value in plain.items()]
    lines += [f"{name} = {params_to_json(value)}" for name, value in built.items()]
    return "\n".join(lines) + "\n"


def usage_text(prog: str, actions: Sequence[argparse.Action]) -> str:
    """Return how a program with plain arguments is called."""
    words = [prog]
    for action in actions:
        if action.option_strings and action.required:
            values = [action.dest.upper()] if action.nargs != 0 else []
            words.append(" ".join([display(action), *values]))
    words += [display(action) for action in actions if not action.option_strings]
    return f"usage: {' '.join(words)} [--FLAG VALUE ...]\n"
