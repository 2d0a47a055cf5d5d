# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The program's own arguments, which are plain argparse arguments: the scenario, directories, switches."""

import argparse
import dataclasses
import difflib
import re
from typing import Any, Callable, Collection, Dict, List, Mapping, Optional, Sequence, Tuple

from tfaip.params.cli.arguments import Assignment, help_topics, normalised, spelled, split
from tfaip.params.cli.errors import Mistake
from tfaip.util.errors import did_you_mean

IsPositional = Callable[[str], bool]


@dataclasses.dataclass
class PlainResult:
    """What the line says about the program's own arguments.

    Attributes:
        namespace: The values of the arguments.
        rest: All other flags with their values.
        missing: The arguments that are required, but not given.
        mistakes: The other mistakes.
        topics: The flags whose help is asked for.
    """

    namespace: argparse.Namespace
    rest: List[Assignment]
    missing: List[argparse.Action] = dataclasses.field(default_factory=list)
    mistakes: List[Mistake] = dataclasses.field(default_factory=list)
    topics: List[Assignment] = dataclasses.field(default_factory=list)

    def missing_mistakes(self) -> List[Mistake]:
        """Return the mistakes about missing arguments."""
        return [
            Mistake(f"{display(action)} is required.", expected=_expected(action), hint=action.help)
            for action in self.missing
        ]


def display(action: argparse.Action) -> str:
    """Return the name of an argument for messages."""
    return max(action.option_strings, key=len) if action.option_strings else str(action.metavar or action.dest)


class PlainArguments:
    """Takes the plain arguments of a parser out of a command line.

    Args:
        parser: The parser that holds them.
        actions: Its arguments, without those for help and show.
        is_positional: Tells the positional argument from the values of the flag before it.
        switches: Names of further flags that take no values but those words, as the first one.
        spellings: Other names of flags, see :class:`~tfaip.params.cli.arguments.Assignments`.
        help_keys: The flags for help, which explain the flag before them.
    """

    def __init__(
        self,
        parser: argparse.ArgumentParser,
        actions: Sequence[argparse.Action],
        is_positional: Optional[IsPositional] = None,
        switches: Optional[Mapping[str, Collection[str]]] = None,
        spellings: Optional[Mapping[str, str]] = None,
        help_keys: Sequence[str] = (),
    ):
        self._parser = parser
        self._options = [action for action in actions if action.option_strings]
        self._positionals = [action for action in actions if not action.option_strings]
        self._by_key = {normalised(name): action for action in self._options for name in action.option_strings}
        self._is_positional = is_positional
        self._switches = switches or {}
        self._help_keys = help_keys
        self._spellings = {normalised(old): normalised(new) for old, new in (spellings or {}).items()}

    def parse(self, tokens: Sequence[str]) -> PlainResult:
        """Split the line and set the values of the plain arguments."""
        result = PlainResult(argparse.Namespace(), [])
        self._set_defaults(result.namespace)
        words, assignments = split(tokens)
        result.topics = help_topics(assignments, self._help_keys)
        seen: Dict[argparse.Action, Assignment] = {}
        calls: List[Tuple[argparse.Action, List[str], Assignment]] = []
        for assignment in assignments:
            if assignment in result.topics:
                continue
            action = self._by_key.get(spelled(assignment.key, self._spellings))
            if action is None:
                if assignment.key in self._switches:
                    words += self._words_behind_switch(assignment, result)
                result.rest.append(assignment)
                continue
            values, surplus = _arity(action, assignment.values)
            words += surplus
            if action in seen and not _repeatable(action):
                mistake = Mistake(f"{assignment.flag} is given twice.", hint="Give it once.")
                result.mistakes.append(mistake.at(assignment.position))
                continue
            seen[action] = assignment
            calls.append((action, values, assignment))
        words = self._pick_positionals(words, [a.values for a in result.rest], [values for _, values, _ in calls])
        for action, values, assignment in calls:
            self._call(action, values, assignment.flag, assignment.position, result)
        self._set_positionals(words, tokens, result)
        result.missing += [action for action in self._options if action.required and action not in seen]
        return result

    def _words_behind_switch(self, assignment: Assignment, result: PlainResult) -> List[str]:
        """Take the words behind a flag that can be no values of it: one of them may be the positional argument."""
        allowed = list(self._switches[assignment.key])
        own = 1 if assignment.values[:1] and assignment.values[0] in allowed else 0
        surplus, assignment.values = assignment.values[own:], assignment.values[:own]
        if not surplus or own or not (assignment.is_closed or difflib.get_close_matches(surplus[0], allowed, 1, 0.8)):
            return surplus
        expected, hint = ", ".join(allowed) or "no value", did_you_mean(surplus[0], allowed)
        mistake = Mistake(f"{assignment.flag} has no such choice.", expected=expected, got=surplus[0], hint=hint)
        result.mistakes.append(mistake.at(assignment.position))
        return surplus[1:]

    def _set_defaults(self, namespace: argparse.Namespace) -> None:
        for action in [*self._options, *self._positionals]:
            if action.dest != argparse.SUPPRESS and action.default != argparse.SUPPRESS:
                default = action.default
                if isinstance(default, str) and callable(action.type):
                    default = action.type(default)
                setattr(namespace, action.dest, default)

    def _pick_positionals(self, words: List[str], rest: List[List[str]], of_options: List[List[str]]) -> List[str]:
        """Find the words that are still missing behind the values of other flags.

        Args:
            words: The words that were found.
            rest: The values of the flags that are no plain arguments.
            of_options: The values of those that are; the last one behind them may be the missing word.
        """
        wanted = sum(1 for action in self._positionals if action.nargs is None) - len(words)
        if self._is_positional is None:
            return words
        for values in [*rest, *of_options]:
            # The first value belongs to the flag in any case; behind several files, the last word is it.
            found = [i for i, value in enumerate(values) if i > 0 and self._is_positional(value)]
            picked = sorted(found[::-1][: max(wanted, 0)])
            words += [values[i] for i in picked]
            values[:] = [value for i, value in enumerate(values) if i not in picked]
            wanted -= len(picked)
        return words

    def _set_positionals(self, words: List[str], tokens: Sequence[str], result: PlainResult) -> None:
        left = list(words)
        for index, action in enumerate(self._positionals):
            reserved = sum(_least(later) for later in self._positionals[index + 1 :])
            # if there are not enough words, the first arguments get them
            count = min(_most(action), max(len(left) - reserved, min(_least(action), len(left))))
            if count < _least(action):
                result.missing.append(action)
                continue
            values, left = left[:count], left[count:]
            if values or action.nargs is None:
                position = _position(values[0], tokens) if values else None
                self._call(action, values, display(action), position, result)
        if left:
            hint = f"{display(self._positionals[0])} is {words[0]} already." if self._positionals else ""
            if re.match(r"[A-Za-z_][\w.]*(=|$)", left[0]):
                hint += f" A flag begins with two dashes: --{left[0]}"
            mistake = Mistake("Words that belong to no flag.", got=" ".join(left), hint=hint.strip() or None)
            result.mistakes.append(mistake.at(_position(left[0], tokens)))

    def _call(
        self, action: argparse.Action, texts: List[str], flag: str, position: Optional[int], result: PlainResult
    ) -> None:
        """Convert the values and run the action, which stores them."""
        least = _least(action)
        if len(texts) < least:
            expected = f"{least} value{'s' if least > 1 else ''}"
            mistake = Mistake(f"{flag} has too few values.", expected=expected, got=" ".join(texts) or "none")
            result.mistakes.append(mistake.at(position))
            return
        values: List[Any] = []
        for text in texts:
            wrong, value = _convert(action, text, flag)
            if wrong is not None:
                result.mistakes.append(wrong.at(position))
                return
            values.append(value)
        stored: Any = values
        if action.nargs is None:
            stored = values[0]
        elif action.nargs == argparse.OPTIONAL:
            stored = values[0] if values else (action.const if action.option_strings else action.default)
        action(self._parser, result.namespace, stored, flag if action.option_strings else None)


def _position(word: str, tokens: Sequence[str]) -> Optional[int]:
    """Return where a word is on the line; it may be the value behind an equals sign."""
    return next((i for i, token in enumerate(tokens) if word in (token, token.partition("=")[2])), None)


def _convert(action: argparse.Action, text: str, flag: str) -> Tuple[Optional[Mistake], Any]:
    value: Any = text
    if callable(action.type):
        try:
            value = action.type(text)
        except (ValueError, TypeError, argparse.ArgumentTypeError) as e:
            name = getattr(action.type, "__name__", str(action.type))
            detail = str(e) if isinstance(e, argparse.ArgumentTypeError) else None
            return Mistake(f"{flag} has a wrong value.", expected=name, got=text, hint=detail), None
    if action.choices is not None and value not in action.choices:
        names = [str(choice) for choice in action.choices]
        return (
            Mistake(f"{flag} has no such choice.", expected=", ".join(names), got=text, hint=did_you_mean(text, names)),
            None,
        )
    return None, value


def _least(action: argparse.Action) -> int:
    if action.nargs is None or action.nargs == argparse.ONE_OR_MORE:
        return 1
    return action.nargs if isinstance(action.nargs, int) else 0


def _most(action: argparse.Action) -> int:
    if action.nargs is None or action.nargs == argparse.OPTIONAL:
        return 1
    return action.nargs if isinstance(action.nargs, int) else 1_000_000


def _arity(action: argparse.Action, values: List[str]) -> Tuple[List[str], List[str]]:
    """Return the values that an option takes, and the others."""
    count = _most(action)
    return values[:count], values[count:]


def _repeatable(action: argparse.Action) -> bool:
    return type(action).__name__ in ("_AppendAction", "_AppendConstAction", "_CountAction", "_ExtendAction")


def _expected(action: argparse.Action) -> Optional[str]:
    if action.choices is not None:
        return ", ".join(str(choice) for choice in action.choices)
    return getattr(action.type, "__name__", None) if action.type else None
