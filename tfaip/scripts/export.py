# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-export``: a model directory, or an archive of one, of a run, a checkpoint or another model directory."""

import os
from typing import TYPE_CHECKING, List, Optional, Type

from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.scripts.exporttarget import archive_of, check_target
from tfaip.scripts.modeldirectory import check_source
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.util.tfaipargparse import TFAIPArgumentParser

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.scenario.scenariobaseparams import ScenarioBaseParams


def create_parser() -> TFAIPArgumentParser:
    """Return the parser without the parameters of the model."""
    parser = TFAIPArgumentParser(
        prog="tfaip-export",
        description="Make a model directory, or an archive of one, of a run (its newest checkpoint), a checkpoint or "
        "another model directory. Parameters may be changed, such as processors and resources of the data.",
    )
    parser.add_argument(
        "export_dir",
        metavar="EXPORT_DIR_OR_RUN",
        help="the run, the checkpoint, the model directory or its archive",
    )
    parser.add_argument(
        "--output",
        required=True,
        metavar="DIR_OR_FILE",
        help="the new model directory; an archive if it ends with .zip, .tar, .tar.gz or .tgz",
    )
    parser.add_argument("--pack", action="store_true", help="write the archive OUTPUT.zip instead of a directory")
    parser.add_argument("--overwrite", action="store_true", help="replace the model that is there")
    add_no_check_argument(parser)
    add_trust_argument(parser)
    return parser


def add_no_check_argument(parser: TFAIPArgumentParser) -> None:
    """Add ``--no_check_loaded``."""
    parser.add_argument(
        "--no_check_loaded",
        action="store_true",
        help="do not load the new model to compare what it computes with the old one",
    )


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: There is nothing to export, the output is in use, or flags or values are wrong.
    """
    set_log_level_of_tensorflow(args)
    parser = create_parser()
    plain, _ = parser.parse_plain_args(args, is_positional=os.path.exists)
    trust_packages(plain.trust)
    output = archive_of(plain.output, plain.pack)
    check_target(output, plain.export_dir, plain.overwrite, "--output")
    return export(parser, args, plain.export_dir, output)


def export(
    parser: TFAIPArgumentParser, args: Optional[List[str]], path: str, output: str, rebuild: bool = False
) -> int:
    """Read the parameters of what is exported, change them as the command line says, and export it.

    Args:
        parser: The parser of the program, with ``--no_check_loaded``.
        args: The command line.
        path: What is exported.
        output: The model directory, or the archive.
        rebuild: Build the graph anew also where the stored one could be copied.
    """
    check_source(path)
    # imported late: it imports TensorFlow
    from tfaip.trainer.modelexport.exporting import ModelExporter
    from tfaip.trainer.modelexport.source import read_source

    source = read_source(path)
    add_roots(parser, source.scenario_cls, source.scenario_params)
    parsed = parser.parse_args(args)
    ModelExporter(source, parsed.scenario, rebuild, check=not parsed.no_check_loaded).export(output)
    print(output)
    return 0


def add_roots(
    parser: TFAIPArgumentParser, scenario_cls: "Type[ScenarioBase]", params: "Optional[ScenarioBaseParams]" = None
) -> None:
    """Add the parameters of the scenario.

    Args:
        parser: Gets them.
        scenario_cls: The scenario.
        params: The stored parameters, default: those of the scenario.
    """
    params = params or scenario_cls.default_params()
    parser.add_root_argument("scenario", type(params), default=params)


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
