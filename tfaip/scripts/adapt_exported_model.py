# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-adapt-exported-model``: build the graph of a model directory anew, with changed parameters."""

import os
from typing import TYPE_CHECKING, List, Optional, Type

from tfaip.scripts import export
from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.scripts.exporttarget import check_target
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.util.errors import UserError
from tfaip.util.tfaipargparse import TFAIPArgumentParser

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase


def create_parser() -> TFAIPArgumentParser:
    """Return the parser without the parameters of the model."""
    parser = TFAIPArgumentParser(
        prog="tfaip-adapt-exported-model",
        description="Build the graph of an exported model anew with changed parameters, and export it with the old "
        "weights.",
    )
    parser.add_argument("export_dir", metavar="EXPORT_DIR", help="the model directory, or its archive")
    parser.add_argument("--output_dir", metavar="DIR", help="the new model directory")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace the model, or what is in the output directory"
    )
    export.add_no_check_argument(parser)
    add_trust_argument(parser)
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: There is no such model, the output is in use or missing, or flags or values are wrong.
    """
    set_log_level_of_tensorflow(args)
    parser = create_parser()
    plain, _ = parser.parse_plain_args(args, is_positional=os.path.exists)
    trust_packages(plain.trust)
    if plain.output_dir is None and not plain.overwrite:
        raise UserError(
            "It is not clear where the new model is to be written.",
            where="--output_dir",
            expected="a directory, or --overwrite to replace the old model",
            hint=f"tfaip-adapt-exported-model {plain.export_dir} --output_dir NEW_DIR",
        )
    output = plain.export_dir if plain.output_dir is None else plain.output_dir
    check_target(output, plain.export_dir, plain.overwrite, "--output_dir")
    return export.export(parser, args, plain.export_dir, output, rebuild=True)


def add_roots(parser: TFAIPArgumentParser, scenario_cls: "Type[ScenarioBase]") -> None:
    """Add the parameters of the scenario."""
    export.add_roots(parser, scenario_cls)


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
