# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parses the command lines of a sheet as their programs would, without running them.

It is run as a process by the Python that will run the experiments, which may be another one than that of the sheet:
``python -m tfaip.scripts.xlsxexperimenter.rowcheck LINES.json RESULTS.json``.
"""

import dataclasses
import json
import os
import sys
from typing import TYPE_CHECKING, Any, Callable, Dict, List, NoReturn, Sequence

from tfaip.params.cli.errors import Mistake, ParameterErrors
from tfaip.scripts.common import trust_packages
from tfaip.scripts.scenarioparser import SCENARIO_PROGRAMS, create_program_parser
from tfaip.scripts.training import check_output_dir_is_free
from tfaip.util.errors import UserError
from tfaip.util.tfaipargparse import post_init

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams

Result = Dict[str, Any]


def main(lines_file: str, results_file: str) -> None:
    """Check command lines.

    Args:
        lines_file: JSON: a list of command lines, each a list of words.
        results_file: Where a list of results is written to: ``mistakes``, and what a training tells: its
            ``output_dir``, the ``package`` of its scenario, and ``occupied`` if another run is in the directory.
    """
    with open(lines_file, encoding="utf-8") as file:
        lines = json.load(file)
    results = [check_line(line) for line in lines]
    with open(results_file, "w", encoding="utf-8") as file:
        json.dump(results, file)


def check_line(words: Sequence[str]) -> Result:
    """Check one command line.

    Args:
        words: The program and its arguments. Of programs that are not known, nothing is checked.
    """
    program, args = words[0], list(words[1:])
    result: Result = {"mistakes": []}
    check = CHECKS.get(program)
    if check is None and program not in SCENARIO_PROGRAMS:
        return result
    try:
        result.update(check(args) if check else _check_own_arguments(program, args))
    except ParameterErrors as error:
        result["mistakes"] = [_as_json(mistake, shift=1) for mistake in error.mistakes]
    except UserError as error:
        result["mistakes"] = [_as_json(mistake_of(error))]
    except SystemExit:
        result["mistakes"] = [_as_json(Mistake("The command would only print something and end."))]
    except Exception as error:
        # what the code of a scenario raises when it is imported
        what = "The scenario cannot be used."
        result["mistakes"] = [_as_json(Mistake(what, got=f"{type(error).__name__}: {error}"))]
    return result


def mistake_of(error: UserError) -> Mistake:
    """Return an error as one of several mistakes."""
    return Mistake(error.what, error.expected, error.got, error.hint, error.where)


def _as_json(mistake: Mistake, shift: int = 0) -> Dict[str, Any]:
    """Return a mistake with the position on the whole line.

    Args:
        mistake: The mistake.
        shift: The number of words in front of what was parsed.
    """
    content = dataclasses.asdict(mistake)
    if mistake.position is not None:
        content["position"] = mistake.position + shift
    return content


def _check_training(args: List[str]) -> Result:
    from tfaip.scripts import train

    _, params = train.parse_args(args)
    return _training_result(params)


def _check_training_from_params(args: List[str]) -> Result:
    from tfaip.scripts import train_from_params

    parser = train_from_params.create_parser()
    plain, _ = parser.parse_plain_args(args, is_positional=os.path.exists)
    trust_packages(plain.trust)
    train_from_params.refuse_config(plain.params_file)
    return _training_result(train_from_params.parse_params(parser, plain.params_file, args))


def _check_resuming(args: List[str]) -> Result:
    from tfaip.scripts import resume_training

    parser = resume_training.create_parser()
    plain, _ = parser.parse_plain_args(args, is_positional=os.path.exists)
    trust_packages(plain.trust)
    params = resume_training.parse_params(parser, plain.output_dir, args)
    return {"output_dir": plain.output_dir, "package": _package(params)}


def _check_own_arguments(program: str, args: List[str]) -> Result:
    """Check the arguments without the parameters: a model may be made by another row first."""
    create_program_parser(program).parse_plain_args(args)
    return {}


def _training_result(params: "TrainerParams") -> Result:
    post_init(params)
    result: Result = {"output_dir": params.output_dir, "package": _package(params)}
    try:
        check_output_dir_is_free(params)
    except UserError as error:
        result["occupied"] = _as_json(mistake_of(error))
    return result


def _package(params: "TrainerParams") -> str:
    return params.scenario.cls().__module__.partition(".")[0]


CHECKS: Dict[str, Callable[[List[str]], Result]] = {
    "tfaip-train": _check_training,
    "tfaip-train-from-params": _check_training_from_params,
    "tfaip-resume-training": _check_resuming,
}


def run() -> NoReturn:
    """Run this as a program."""
    main(*sys.argv[1:])
    sys.exit(0)


if __name__ == "__main__":
    run()
