# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Answers the shell: the protocol of argcomplete with our own candidates."""

import argparse
import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, List, Optional, TextIO, Tuple

from argcomplete.finders import CompletionFinder

from tfaip.scripts.completion.candidates import Candidates, LineCompleter

DEBUG_VARIABLE = "_ARC_DEBUG"


def answer(program_module: str, exit_method: Callable[[int], Any] = os._exit) -> None:
    """Write the completions for the shell and leave the process. Errors mean that there are none.

    Args:
        program_module: The module of the program, with ``create_parser``, or with ``COMMANDS``.
        exit_method: Ends the process.
    """
    with _silence(), _output() as stream:
        Finder(program_module)(_Words(), exit_method=exit_method, output_stream=stream)


def candidates_of(program_module: str, words: Sequence[str], prefix: str) -> Candidates:
    """Return what can complete a word.

    Args:
        program_module: As of :func:`answer`.
        words: The words before it, without the program.
        prefix: Its beginning.
    """
    module: Any = sys.modules.get(program_module) or importlib.import_module(program_module)
    commands = getattr(module, "COMMANDS", None)
    if commands is not None:
        if not words:
            names = {**{name: command.summary for name, command in commands.items()}, "--help": ""}
            return {name: text for name, text in names.items() if name.startswith(prefix)}
        if words[0] not in commands:
            return {}
        module, words = importlib.import_module(commands[words[0]].module), words[1:]
    return LineCompleter(module.create_parser(), words).candidates(prefix)


class _Words(argparse.ArgumentParser):
    """Stands for a parser where argcomplete wants one: keeps the words, knows no arguments."""

    words: List[str]

    def __init__(self) -> None:
        super().__init__(add_help=False)
        self.words = []

    def parse_known_args(  # type: ignore[override]
        self, args: Optional[Sequence[str]] = None, namespace: Any = None
    ) -> Tuple[Any, List[str]]:
        self.words = list(args or [])
        return namespace, []


class Finder(CompletionFinder):
    """Gives argcomplete our candidates; splitting, quoting and the shells are its part.

    Args:
        program_module: As of :func:`answer`.
    """

    def __init__(self, program_module: str = "", *args: Any, **kwargs: Any):
        # argcomplete calls __init__ again, with the parser
        if isinstance(program_module, str):
            self._program_module = program_module
            super().__init__(*args, **kwargs)
        else:
            super().__init__(program_module, *args, **kwargs)

    def _init_debug_stream(self) -> None:
        if DEBUG_VARIABLE in os.environ:
            super()._init_debug_stream()

    def collect_completions(self, active_parsers: Any, parsed_args: Any, cword_prefix: str) -> List[str]:
        """Return the candidates; argcomplete quotes them."""
        words = list(self._parser.words)  # type: ignore[union-attr]
        if cword_prefix.startswith("-") and "=" in cword_prefix:
            words = words[:-1]  # argcomplete repeats the flag
        try:
            found = candidates_of(self._program_module, words, cword_prefix)
        except (Exception, SystemExit):
            if DEBUG_VARIABLE in os.environ:
                raise
            return []
        self._display_completions = {name: " ".join(text.split()) for name, text in found.items()}
        return list(found)


@contextlib.contextmanager
def _output() -> Iterator[Optional[TextIO]]:
    """Give the file that the shell named; without one argcomplete takes its own file descriptor."""
    filename = os.environ.get("_ARGCOMPLETE_STDOUT_FILENAME")
    if filename is None:
        yield None
        return
    with open(filename, "w", encoding="utf-8") as stream:
        yield stream


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Let nothing reach the terminal, not even from the libraries in C++ that a scenario imports."""
    if DEBUG_VARIABLE in os.environ:
        yield
        return
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [(number, os.dup(number)) for number in (1, 2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for number, _ in kept:
            os.dup2(nowhere, number)
        with open(os.devnull, "w") as null, contextlib.redirect_stdout(null), contextlib.redirect_stderr(null):
            yield
    finally:
        for number, copy in kept:
            os.dup2(copy, number)
            os.close(copy)
        os.close(nowhere)
