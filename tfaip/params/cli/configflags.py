# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The flags for configuration files: ``--config`` and ``--print_config``."""

import argparse
from typing import TYPE_CHECKING, Any, List, Mapping, Optional, Sequence

from tfaip.params.cli.arguments import Assignment
from tfaip.params.cli.errors import Mistake
from tfaip.params.cli.nodes import Branch, Root

if TYPE_CHECKING:
    from tfaip.params.config.apply import ConfigApplier

CONFIG_KEY = "config"
PRINT_KEY = "print_config"
DIFF = "diff"


class ConfigFlags:
    """What the line says about configuration files, and what these say.

    Args:
        assignments: The flags of the line.
        spellings: Other names of parameters: what each stands for.
    """

    def __init__(self, assignments: Sequence[Assignment], spellings: Mapping[str, str]):
        self.mistakes: List[Mistake] = []
        self.applier: Optional[ConfigApplier] = None
        self.files: List[str] = []
        printing = [assignment for assignment in assignments if assignment.key == PRINT_KEY]
        self.prints = bool(printing)
        self._diff = any(assignment.values == [DIFF] for assignment in printing)
        for assignment in assignments:
            if assignment.key == CONFIG_KEY:
                self.files += assignment.values
                if not assignment.values:
                    mistake = Mistake(f"{assignment.flag} needs a file.", expected="FILE [FILE ...]")
                    self.mistakes.append(mistake.at(assignment.position))
        if self.files:
            self._read(self.files, spellings)

    def _read(self, files: Sequence[str], spellings: Mapping[str, str]) -> None:
        # Imported late: a line without a file needs none of it.
        from tfaip.params.config.apply import ConfigApplier
        from tfaip.params.config.reader import read_config
        from tfaip.params.config.values import ConfigValues

        entries = [read_config(file, self.mistakes) for file in files]
        self.applier = ConfigApplier(ConfigValues([entry for entry in entries if entry is not None], spellings))

    def mistakes_in(self, trees: Sequence[Branch]) -> List[Mistake]:
        """Return the mistakes in the files, after the trees have grown."""
        if self.applier is None:
            return []
        from tfaip.params.config.explain import unused_entries

        values = self.applier.values
        return self.applier.mistakes + values.mistakes + unused_entries(values, trees, choices_known=not self.mistakes)

    def text(self, prog: str, roots: Mapping[str, Root], built: Mapping[str, Any]) -> str:
        """Return the configuration file of the parameters."""
        from tfaip.params.config.dump import config_text
        from tfaip.params.config.writer import RootValue

        values = {name: RootValue(built[name], root) for name, root in roots.items()}
        return config_text(values, prog, diff=self._diff)


def config_actions() -> List[argparse.Action]:
    """Return the flags for the help."""
    read = "Read parameters of YAML or JSON files; later ones win, and the other flags win over all."
    write = "Write the parameters as YAML, or only what differs from the defaults, and end."
    return [
        argparse.Action(["--config"], CONFIG_KEY, nargs="+", metavar="FILE", help=read),
        argparse.Action(["--print_config"], PRINT_KEY, nargs="?", metavar=DIFF, help=write),
    ]
