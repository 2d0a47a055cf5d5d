# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The parsers of the programs with the parameters of a scenario, without a command line, a run or a model."""

import importlib
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Type

from tfaip.util.tfaipargparse import TFAIPArgumentParser

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase


class ScenarioProgram(NamedTuple):
    """A program that has the parameters of a scenario.

    Attributes:
        module: Its module, which has ``create_parser``.
        adds_roots: Whether the module has ``add_roots``; otherwise the program has those of the training.
        stored_root: The root whose defaults are the stored parameters of the scenario, if there is one.
    """

    module: str
    adds_roots: bool = False
    stored_root: str = ""


SCENARIO_PROGRAMS = {
    "tfaip-train": ScenarioProgram("tfaip.scripts.train"),
    "tfaip-train-from-params": ScenarioProgram("tfaip.scripts.train_from_params"),
    "tfaip-resume-training": ScenarioProgram("tfaip.scripts.resume_training"),
    "tfaip-benchmark-input-pipeline": ScenarioProgram("tfaip.scripts.benchmark_input_pipeline"),
    "tfaip-lav": ScenarioProgram("tfaip.scripts.lav", adds_roots=True),
    "tfaip-multi-lav": ScenarioProgram("tfaip.scripts.lav_multi", adds_roots=True),
    "tfaip-predict": ScenarioProgram("tfaip.scripts.predict", adds_roots=True),
    "tfaip-serve": ScenarioProgram("tfaip.scripts.serve", adds_roots=True),
    "tfaip-export": ScenarioProgram("tfaip.scripts.export", True, "scenario"),
    "tfaip-adapt-exported-model": ScenarioProgram("tfaip.scripts.adapt_exported_model", True, "scenario"),
}


def create_program_parser(program: str) -> TFAIPArgumentParser:
    """Return the parser of a program, one of ``SCENARIO_PROGRAMS``, without the parameters of a scenario."""
    parser: TFAIPArgumentParser = importlib.import_module(SCENARIO_PROGRAMS[program].module).create_parser()
    return parser


def create_scenario_parser(
    program: str, scenario_cls: "Type[ScenarioBase]", trainer_params: Optional[Any] = None
) -> TFAIPArgumentParser:
    """Return the parser of a program with the parameters of a scenario.

    Args:
        program: One of ``SCENARIO_PROGRAMS``.
        scenario_cls: The scenario.
        trainer_params: The default parameters of the training, default: those of the scenario.
    """
    parser = create_program_parser(program)
    module: Any = importlib.import_module(SCENARIO_PROGRAMS[program].module)
    defaults = trainer_params
    if defaults is None and (program == "tfaip-lav" or not SCENARIO_PROGRAMS[program].adds_roots):
        defaults = scenario_cls.default_trainer_params()
    if program == "tfaip-lav":
        module.add_roots(parser, scenario_cls, _lav_data(scenario_cls, defaults))
    elif SCENARIO_PROGRAMS[program].adds_roots:
        module.add_roots(parser, scenario_cls)
    else:
        parser.add_root_argument("trainer", type(defaults), default=defaults)
    return parser


def _lav_data(scenario_cls: "Type[ScenarioBase]", trainer_params: Any) -> Any:
    """Return the data that the training evaluates on."""
    return next(iter(trainer_params.gen.lav_gen()), None) or scenario_cls.predict_generator_params_cls()()
