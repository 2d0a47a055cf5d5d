# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-params schema``: the JSON Schema of a scenario's configuration files."""

from typing import List, Optional

from tfaip.util.errors import NotSupportedYetError
from tfaip.util.tfaipargparse import TFAIPArgumentParser


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-params schema",
        description="Print the JSON Schema (draft 2020-12) of the configuration files of a scenario, for editors.",
        add_show=False,
    )
    parser.add_argument("scenario", metavar="SCENARIO", help="the scenario, as for tfaip-train")
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the command.

    Raises:
        UserError: There is no such scenario, or flags or values are wrong.
    """
    create_parser().parse_args(args)
    raise NotSupportedYetError("Schemas cannot be printed yet.", where="tfaip-params schema")
