# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What can stand at the cursor of a command line."""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Dict, List, Optional, Tuple

from tfaip.params.cli.arguments import Assignment, normalised, split
from tfaip.params.completion.flags import Flag, PresentFlags
from tfaip.params.config.entry import Entry
from tfaip.params.config.reader import read_config
from tfaip.scenario.importing import is_importable
from tfaip.scripts.completion.paths import paths
from tfaip.scripts.completion.scenarionames import scenario_names
from tfaip.scripts.completion.trees import tree_of_model, tree_of_scenario
from tfaip.scripts.scenarioparser import SCENARIO_PROGRAMS, ScenarioProgram
from tfaip.util.tfaipargparse import TFAIPArgumentParser

Candidates = Dict[str, str]

SCENARIO = "SCENARIO"
CONFIG, PRINT_CONFIG = "config", "print_config"
SWITCHES = {"help": "Print the help and end"}
TREE_SWITCHES = {
    "show": "Print the parameters as JSON and end",
    CONFIG: "Read parameters of YAML or JSON files",
    PRINT_CONFIG: "Write the parameters as YAML and end",
}


class LineCompleter:
    """Finds the completions of a line.

    Args:
        parser: The parser of the program without the parameters of a scenario.
        words: The words between the program and the cursor.
    """

    def __init__(self, parser: TFAIPArgumentParser, words: Sequence[str]):
        self._actions: List[argparse.Action] = list(parser._actions)
        names_scenario = any(_metavar(action) == SCENARIO for action in self._actions)
        self._plain = parser.read_plain_args(words, is_importable if names_scenario else os.path.exists)
        self._words = words
        self._canonical: Callable[[str], str] = str
        self._flags = self._present_flags(parser.prog)
        self._has_tree = bool(self._flags)

    def candidates(self, prefix: str) -> Candidates:
        """Return what can complete the word that begins with ``prefix``, each with its description."""
        _, assignments = split(self._words)
        flag, equals, value = prefix.partition("=")
        if prefix.startswith("-"):
            if not equals:
                return self._flag_names(prefix)
            values, _ = self._values(Assignment(flag, []), value)
            return {f"{flag}={text}": help_text for text, help_text in values.items()}
        found: Candidates = {}
        is_open = bool(self._words) and assignments and not self._closed()
        if is_open:
            found, must = self._values(assignments[-1], prefix)
            if must:
                return found
        missing = next((action for action in self._plain.missing if not action.option_strings), None)
        if missing is not None:
            return {**found, **_of_plain(missing, prefix)}
        further = next((_of_plain(action, prefix) for action in self._actions if _takes_more(action)), {})
        return {**found, **further, **({} if prefix else self._flag_names("--"))}

    def _closed(self) -> bool:
        """Return whether no value can follow: the last flag has its value after ``=``, or ``--`` stands behind it."""
        last_flag = next((word for word in reversed(self._words) if word.startswith("-")), "")
        return "=" in last_flag or last_flag == "--"

    # ------------------------------------------------------------------ flags
    def _flag_names(self, prefix: str) -> Candidates:
        given = {self._canonical(assignment.key) for assignment in split(self._words)[1]} - {CONFIG}
        found: Candidates = {}
        for action in self._actions:
            if not {normalised(name) for name in action.option_strings} & given:
                name = max(action.option_strings, key=len, default="")
                found.update({name: action.help or ""} if name else {})
        switches = {**SWITCHES, **(TREE_SWITCHES if self._has_tree else {})}
        found.update({f"--{name}": text for name, text in switches.items() if name not in given})
        flags = [flag for flag in self._flags if not given & set(flag.names)]
        found.update({f"--{flag.names[0]}": flag.help for flag in flags if flag.names[0]})
        matching = {name: text for name, text in found.items() if name.startswith(prefix)}
        if matching:
            return matching
        # by the path in the tree, if that is what has been typed
        names = [(f"--{name}", flag.help) for flag in flags for name in flag.names if name]
        return {name: text for name, text in names if name.startswith(prefix)}

    def _present_flags(self, program: str) -> List[Flag]:
        if program not in SCENARIO_PROGRAMS:
            return []
        tree, stored = self._tree(program)
        if tree is None:
            return []
        given = {assignment.key: assignment.values for assignment in self._plain.rest}
        present = PresentFlags(tree, given, stored, self._files())
        self._canonical = present.canonical
        return list(present.flags())

    def _files(self) -> List[Entry]:
        """Return the configuration files on the line that can be read."""
        names = [name for assignment in self._plain.rest if assignment.key == CONFIG for name in assignment.values]
        found = [read_config(name, []) for name in names]
        return [entry for entry in found if entry is not None]

    def _tree(self, program: str) -> Tuple[Optional[Dict[str, Any]], Mapping[str, Any]]:
        values = vars(self._plain.namespace)
        for action in self._actions:
            value = values.get(action.dest)
            if not value:
                continue
            if _metavar(action) == SCENARIO:
                return tree_of_scenario(program, value), {}
            if action.required and _metavar(action).startswith(("EXPORT_DIR", "OUTPUT_DIR", "PARAMS_FILE")):
                tree, stored = tree_of_model(program, value if isinstance(value, str) else value[0])
                return tree, _stored_roots(SCENARIO_PROGRAMS[program], stored)
        return None, {}

    # ------------------------------------------------------------------ values
    def _values(self, assignment: Assignment, prefix: str) -> Tuple[Candidates, bool]:
        """Return the values that can follow a flag, and whether one must."""
        count = len(assignment.values)
        for action in self._actions:
            if assignment.key in map(normalised, action.option_strings):
                most = _most(action)
                return (_of_plain(action, prefix) if count < most else {}), 0 == count < most and action.nargs != "?"
        if assignment.key == CONFIG:
            return dict.fromkeys(paths(prefix), ""), count == 0
        if assignment.key == PRINT_CONFIG:
            return _beginning(["diff"] * (count == 0), prefix), False
        for flag in self._flags:
            if self._canonical(assignment.key) in flag.names:
                if count and not flag.several:
                    return {}, False
                found = _beginning(flag.values, prefix)
                if not flag.values and flag.is_text:
                    found = dict.fromkeys(paths(prefix), "")
                return found, count == 0
        return {}, False


def _stored_roots(program: ScenarioProgram, stored: Dict[str, Any]) -> Dict[str, Any]:
    """Return what is stored of the roots of a program."""
    if program.stored_root:
        return {program.stored_root: stored.get("scenario", stored)}
    return {} if program.adds_roots else {"trainer": stored}


def _beginning(values: Sequence[str], prefix: str) -> Candidates:
    exact = [value for value in values if value.startswith(prefix)]
    return dict.fromkeys(exact or [value for value in values if value.lower().startswith(prefix.lower())], "")


def _of_plain(action: argparse.Action, prefix: str) -> Candidates:
    if action.choices is not None:
        return _beginning([str(choice) for choice in action.choices], prefix)
    if _metavar(action) == SCENARIO:
        return dict.fromkeys(scenario_names(prefix), "")
    if action.type in (int, float) or _metavar(action) == "PACKAGE":
        return {}
    return dict.fromkeys(paths(prefix, only_directories="DIR" in _metavar(action)), "")


def _takes_more(action: argparse.Action) -> bool:
    """Return whether an argument without a flag can have any number of values."""
    return not action.option_strings and action.nargs in (argparse.ZERO_OR_MORE, argparse.ONE_OR_MORE)


def _most(action: argparse.Action) -> int:
    if action.nargs is None or action.nargs == argparse.OPTIONAL:
        return 1
    return action.nargs if isinstance(action.nargs, int) else 1_000_000


def _metavar(action: argparse.Action) -> str:
    return str(action.metavar or action.dest).upper()
