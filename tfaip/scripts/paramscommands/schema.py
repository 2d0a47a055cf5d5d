# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-params schema``: the JSON Schema of a scenario's configuration files."""

import json
from typing import List, Optional

from tfaip.scenario.importing import import_scenario, is_importable
from tfaip.scripts.outputfiles import check_can_be_written
from tfaip.scripts.scenarioparser import SCENARIO_PROGRAMS, create_scenario_parser
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.util.file.atomic import write_text_atomically
from tfaip.util.tfaipargparse import TFAIPArgumentParser


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-params schema",
        description="Print the JSON Schema (draft 2020-12) of the configuration files of a scenario, for editors.",
        add_show=False,
        is_positional=is_importable,
    )
    parser.add_argument("scenario", metavar="SCENARIO", help="the scenario, as for tfaip-train")
    parser.add_argument(
        "--program", default="tfaip-train", choices=list(SCENARIO_PROGRAMS), help="the program that reads the files"
    )
    parser.add_argument("--output", metavar="FILE", help="write to this file instead of the standard output")
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the command.

    Raises:
        UserError: There is no such scenario, or flags or values are wrong.
    """
    set_log_level_of_tensorflow(args)
    plain = create_parser().parse_args(args)
    check_can_be_written(plain.output, "--output")
    text = json.dumps(schema_of(plain.scenario, plain.program), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if plain.output:
        write_text_atomically(plain.output, text)
    else:
        print(text, end="")
    return 0


def schema_of(scenario: str, program: str = "tfaip-train") -> dict:
    """Return the JSON Schema of the configuration files that a program reads for a scenario.

    Raises:
        UserError: There is no such scenario.
    """
    scenario_cls = import_scenario(scenario)
    # imported late: the help does not need it
    from tfaip.params.schema.document import create_schema

    parser = create_scenario_parser(program, scenario_cls)
    name = f"{scenario_cls.__module__}:{scenario_cls.__qualname__}"
    return create_schema(
        parser.roots,
        title=f"Configuration of {program} for {name}",
        spellings=parser.spellings,
        identifier=f"urn:tfaip:{program}:{name}",
    )
