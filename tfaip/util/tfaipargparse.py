# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameter trees on the command line."""

from typing import List

from paiargparse.dataclass_parser import PAIDataClassArgumentParser

from tfaip.params.cli.choices import alt_names_of_choice
from tfaip.params.cli.errors import Mistake, ParameterErrors
from tfaip.params.cli.parser import TFAIPArgumentParser
from tfaip.params.postinit import post_init

__all__ = ["Mistake", "ParameterErrors", "TFAIPArgumentParser", "TFAIPDataClassArgumentParser", "post_init"]


class TFAIPDataClassArgumentParser(PAIDataClassArgumentParser):
    """The parser of paiargparse with the names of choices as tfaip has them, for programs that build upon it."""

    def alt_names_of_choice(self, choice: type) -> List[str]:
        """Return the names of a class on the command line."""
        return alt_names_of_choice(choice)
