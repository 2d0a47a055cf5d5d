# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The argument parser of parameter trees."""

import argparse
import dataclasses
import sys
from collections.abc import Iterable
from dataclasses import MISSING
from typing import Any, Dict, List, Optional, Sequence, Tuple

from tfaip.params.cli.arguments import Assignment, Assignments
from tfaip.params.cli.build import Builder
from tfaip.params.cli.configflags import CONFIG_KEY, PRINT_KEY, ConfigFlags
from tfaip.params.cli.diagnose import ambiguous_flags, misspelt_flags, unknown_flags
from tfaip.params.cli.errors import Mistake, ParameterErrors, in_order
from tfaip.params.cli.grow import Grower
from tfaip.params.cli.help import format_help, terminal_width
from tfaip.params.cli.kept import KeptParameter, changed_parameters
from tfaip.params.cli.nodes import Branch, Root
from tfaip.params.cli.ownflags import HELP_KEYS, OwnFlags, show_text, usage_text
from tfaip.params.cli.plain import IsPositional, PlainArguments, PlainResult, display
from tfaip.params.cli.topichelp import TopicHelp


class TFAIPArgumentParser(argparse.ArgumentParser):
    """Argument parser for plain arguments and trees of dataclasses.

    Plain arguments are added as in argparse, dataclasses by :meth:`add_root_argument`. Every mistake of the line is
    reported at once by :class:`~tfaip.params.cli.errors.ParameterErrors`; nothing ends the process but ``--help``,
    ``--show`` and ``--print_config``.

    Args:
        add_help: Whether there is ``-h``, ``--help``.
        add_show: Whether there is ``--show``, which prints the parsed parameters as JSON and ends.
        add_config: Whether there are, with root dataclasses, ``--config FILE ...``, which reads configuration files,
            and ``--print_config``, which writes the parsed parameters as one and ends.
        ignore_required: Whether ``required`` of ``pai_meta`` is not enforced.
        is_positional: Tells whether a word behind the values of a flag is the missing positional argument. Default:
            positional arguments stand first.
        kwargs: As of ``argparse.ArgumentParser``.
    """

    def __init__(
        self,
        add_help: bool = True,
        add_show: bool = True,
        add_config: bool = True,
        ignore_required: bool = False,
        is_positional: Optional[IsPositional] = None,
        **kwargs: Any,
    ):
        kwargs.setdefault("allow_abbrev", False)
        super().__init__(add_help=False, **kwargs)
        self._own = OwnFlags(add_help, add_show, add_config)
        self._ignore_required = ignore_required
        self._is_positional = is_positional
        self._roots: Dict[str, Root] = {}
        self._spellings: Dict[str, str] = {}
        self._kept: List[KeptParameter] = []

    def add_root_argument(
        self,
        param_name: str,
        dc_type: type,
        default: Any = MISSING,
        ignore: Optional[Sequence[str]] = None,
        flat: bool = False,
    ) -> None:
        """Add a tree of dataclasses.

        Args:
            param_name: Its name in the namespace and the first part of its flags.
            dc_type: Its class.
            default: An instance with the default values; without it those of the class.
            ignore: Flags that start so (without dashes) do not exist; their parameters keep the default.
            flat: Whether all its fields are root flags.

        Raises:
            TypeError: ``dc_type`` is no dataclass, or the default no instance of one.
        """
        if not isinstance(dc_type, type) or not dataclasses.is_dataclass(dc_type):
            raise TypeError(f"The root argument {param_name} needs a dataclass, got {dc_type!r}.")
        if default is not MISSING and (isinstance(default, type) or not dataclasses.is_dataclass(default)):
            raise TypeError(f"The default of the root argument {param_name} must be an instance, got {default!r}.")
        self._roots[param_name] = Root(param_name, dc_type, default, tuple(ignore or ()), flat)

    def add_spelling(self, old: str, new: str) -> None:
        """Let a flag have another name (both without dashes), for flags that older versions or documents use.

        The flags below it get it, too: after ``add_spelling("prediction", "predict")``, ``--prediction.silent`` works.
        """
        self._spellings[old] = new

    def keep(self, parameters: Iterable[KeptParameter]) -> None:
        """Let parameters keep the value of their default: the line and the files may only repeat it."""
        self._kept += parameters

    @property
    def roots(self) -> List[Root]:
        """The trees of dataclasses."""
        return list(self._roots.values())

    @property
    def spellings(self) -> Dict[str, str]:
        """Other names of flags: what each stands for, both without dashes."""
        return dict(self._spellings)

    def read_plain_args(self, args: Sequence[str], is_positional: Optional[IsPositional] = None) -> PlainResult:
        """Return what a line says about the plain arguments, with the mistakes instead of raising them."""
        self._is_positional = is_positional or self._is_positional
        return self._parse_plain(args)

    def parse_plain_args(
        self, args: Optional[Sequence[str]] = None, is_positional: Optional[IsPositional] = None
    ) -> Tuple[argparse.Namespace, List[str]]:
        """Parse the plain arguments only, to add root dataclasses according to them.

        Flags that are not known yet are left for :meth:`parse_args`. ``--help`` is, too, unless a plain argument is
        missing or only the help of plain arguments is asked for: then it prints the help and ends.

        Args:
            args: The command line, default: that of the process.
            is_positional: As of the class; holds for :meth:`parse_args`, too.

        Returns:
            The plain arguments, and the tokens of all other flags.

        Raises:
            ParameterErrors: A plain argument is wrong or missing.
        """
        self._is_positional = is_positional or self._is_positional
        result = self._parse_plain(args)
        if self._own.wants_help(result.rest):
            help_of_flags = self._topic_help(with_config=True)
            if result.topics and help_of_flags.knows(result.topics):
                self._end_with_help(help_of_flags.text(result.topics, [], Grower(Assignments([])))[0], result.mistakes)
            if result.missing:
                self._end_with_help(self._format_help([], with_config=True), result.mistakes)
        mistakes = result.mistakes + result.missing_mistakes()
        if mistakes:
            own = [display(action) for action in self._actions if action.option_strings]
            mistakes += misspelt_flags(result.rest, [*own, *["--help"] * self._own.has_help])
            raise ParameterErrors(in_order(mistakes), self.format_usage())
        return result.namespace, [token for assignment in result.rest for token in assignment.tokens()]

    def parse_args(  # type: ignore[override]
        self, args: Optional[Sequence[str]] = None, namespace: Optional[argparse.Namespace] = None
    ) -> argparse.Namespace:
        """Parse the whole line.

        Args:
            args: The command line, default: that of the process.
            namespace: To be filled instead of a new one.

        Returns:
            The plain arguments and an instance of each root dataclass, made by its constructor.

        Raises:
            ParameterErrors: All mistakes of the line.
        """
        parsed, unknown = self._parse(args, namespace, allow_unknown=False)
        assert not unknown
        return parsed

    def parse_known_args(  # type: ignore[override]
        self, args: Optional[Sequence[str]] = None, namespace: Optional[argparse.Namespace] = None
    ) -> Tuple[argparse.Namespace, List[str]]:
        """Parse the line and return unknown flags with their values as second result instead of an error."""
        parsed, unknown = self._parse(args, namespace, allow_unknown=True)
        return parsed, [token for assignment in unknown for token in assignment.tokens()]

    def _parse(
        self, args: Optional[Sequence[str]], namespace: Optional[argparse.Namespace], allow_unknown: bool
    ) -> Tuple[argparse.Namespace, List[Assignment]]:
        plain = self._parse_plain(args)
        config = ConfigFlags(plain.rest if self._has_config else [], self._spellings)
        own = (*self._own.switches(), *self._config_keys())
        assignments = Assignments([a for a in plain.rest if a.key not in own], self._spellings)
        grower = Grower(assignments, config.applier)
        trees = {name: grower.grow(root) for name, root in self._roots.items()}
        mistakes = plain.mistakes + config.mistakes + self._own.mistakes(plain.rest)
        mistakes += self._mistakes(assignments, grower, list(trees.values()))
        if not allow_unknown:
            mistakes += self._unknown_flags(assignments, list(trees.values()), choices_known=not config.mistakes)
        mistakes += config.mistakes_in(list(trees.values()))
        if self._own.wants_help(plain.rest):
            text, unknown = self._help(plain.topics, list(trees.values()), grower)
            self._end_with_help(text, mistakes + unknown, config.files)
        builder = Builder(self._ignore_required)
        built = {name: builder.build(tree) for name, tree in trees.items()}
        # What is required may stand in a file that cannot be read.
        mistakes += plain.missing_mistakes() + ([] if config.mistakes else grower.missing + builder.mistakes)
        if mistakes:
            raise ParameterErrors(in_order(mistakes, config.files))
        result = namespace or argparse.Namespace()
        for key, value in {**vars(plain.namespace), **built}.items():
            setattr(result, key, value)
        if self._own.wants_show(plain.rest):
            self._end(show_text(vars(plain.namespace), built))
        if config.prints:
            self._end(config.text(self.prog, self._roots, built))
        return result, assignments.untaken()

    def _mistakes(self, assignments: Assignments, grower: Grower, trees: List[Branch]) -> List[Mistake]:
        mistakes = assignments.mistakes + grower.line.mistakes + ambiguous_flags(assignments, trees)
        return mistakes + changed_parameters(trees, self._kept)

    def _unknown_flags(self, assignments: Assignments, trees: List[Branch], choices_known: bool) -> List[Mistake]:
        plain_flags = [display(action) for action in self._all_actions() if action.option_strings]
        return unknown_flags(assignments.untaken(), trees, plain_flags, choices_known)

    def _parse_plain(self, args: Optional[Sequence[str]]) -> PlainResult:
        tokens = list(sys.argv[1:] if args is None else args)
        help_keys = HELP_KEYS if self._own.has_help else ()
        reader = PlainArguments(
            self, self._actions, self._is_positional, self._own.switches(), self._spellings, help_keys
        )
        return reader.parse(tokens)

    @property
    def _has_config(self) -> bool:
        return self._own.may_have_config and bool(self._roots)

    def _config_keys(self) -> Tuple[str, ...]:
        return (CONFIG_KEY, PRINT_KEY) if self._has_config else ()

    def format_usage(self) -> str:
        """Return how the program is called."""
        if self.usage is not None:
            return f"usage: {self.usage}\n"
        return usage_text(self.prog, self._actions)

    def format_help(self) -> str:
        """Return the help along the defaults of the root dataclasses."""
        grower = Grower(Assignments([]))
        return self._format_help([grower.grow(root) for root in self._roots.values()])

    def _format_help(self, trees: List[Branch], with_config: bool = False) -> str:
        usage, actions = self.format_usage(), self._all_actions(with_config)
        return format_help(usage, self.description or "", self.epilog or "", actions, trees, terminal_width())

    def _all_actions(self, with_config: bool = False) -> List[argparse.Action]:
        """Return the plain arguments with the parser's own flags.

        Args:
            with_config: Whether those for configuration files are among them, although there are no trees yet.
        """
        return [*self._actions, *self._own.actions(with_config or self._has_config)]

    def _topic_help(self, with_config: bool = False) -> TopicHelp:
        return TopicHelp(self._all_actions(with_config), self._spellings, terminal_width())

    def _help(self, topics: List[Assignment], trees: List[Branch], grower: Grower) -> Tuple[str, List[Mistake]]:
        """Return the help, and the mistakes about flags that are to be explained."""
        return self._topic_help().text(topics, trees, grower) if topics else (self._format_help(trees), [])

    def _end_with_help(self, text: str, mistakes: List[Mistake], files: Sequence[str] = ()) -> None:
        """Print the help and end, with the mistakes of the line if there are any: the help would not show them."""
        if mistakes:
            self._print_message(text, sys.stdout)
            raise ParameterErrors(in_order(mistakes, files))
        self._end(text)

    def _end(self, text: str) -> None:
        self._print_message(text, sys.stdout)
        self.exit(0)

    def error(self, message: str) -> Any:
        """Raise what argparse would print.

        Raises:
            ParameterErrors: Always.
        """
        raise ParameterErrors([Mistake(message)], self.format_usage())
