# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-evaluate``: the evaluator's values of written predictions."""

from typing import List, Optional

from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.util.errors import NotSupportedYetError
from tfaip.util.tfaipargparse import TFAIPArgumentParser


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-evaluate",
        description="Not supported yet: print the evaluator's values of written predictions.",
        add_config=False,
    )
    parser.add_argument("--prediction", required=True, metavar="FILE", help="what --dump_prediction wrote")
    parser.add_argument("--scenario", required=True, metavar="DIR", help="the model directory")
    add_trust_argument(parser)
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        NotSupportedYetError: Always, once the command line is right.
    """
    plain, _ = create_parser().parse_plain_args(args)
    trust_packages(plain.trust)
    raise NotSupportedYetError(
        "Written predictions cannot be evaluated yet.",
        where="tfaip-evaluate",
        hint="evaluate the model with tfaip-lav",
    )


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
