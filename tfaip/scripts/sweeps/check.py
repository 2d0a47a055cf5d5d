# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Checks a sweep against the parameters of its scenario, without running anything.

It is run as a process by the Python that will run the trials, which may be another one than that of the sweep:
``python -m tfaip.scripts.sweeps.check SWEEP.yaml RESULT.json [PACKAGE ...]``.
"""

import dataclasses
import itertools
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, NoReturn, Optional, Set, Type

from tfaip.experiments.sweeps.kinds import NumberKind, kind_of, with_kinds
from tfaip.experiments.sweeps.plan import Trial, check_grid, covering, ends, planned
from tfaip.experiments.sweeps.reader import read_sweep
from tfaip.experiments.sweeps.space import Range
from tfaip.experiments.sweeps.spec import Method, Sweep
from tfaip.experiments.sweeps.trialconfig import check_names, trial_entry
from tfaip.params.cli.errors import Mistake
from tfaip.params.cli.nodes import Leaf
from tfaip.params.config.check import parse_entries
from tfaip.scripts.common import trust_packages
from tfaip.scripts.scenarioparser import create_scenario_parser
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.util.errors import UserError
from tfaip.util.tfaipargparse import TFAIPArgumentParser, post_init

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.trainer.params import TrainerParams

# each value is checked anyway, and these many of the combinations
MOST_COMBINATIONS = 100
PROGRAM = "tfaip-train"


@dataclasses.dataclass
class CheckResult:
    """What the scenario says about a sweep.

    Attributes:
        mistakes: What is wrong.
        kinds: What numbers the fields of the ranges hold.
        metric: The value that tells the best model, None if the scenario does not tell.
        mode: Which values of it are better.
        package: The package of the scenario.
    """

    mistakes: List[Mistake]
    kinds: Mapping[str, str] = dataclasses.field(default_factory=dict)
    metric: Optional[str] = None
    mode: Optional[str] = None
    package: str = ""


def check(sweep: Sweep) -> CheckResult:
    """Return what the scenario says about a sweep."""
    # imported late: scenarios need TensorFlow
    from tfaip.scenario.importing import import_scenario

    try:
        scenario_cls = import_scenario(sweep.scenario)
        parser = create_scenario_parser(PROGRAM, scenario_cls)
    except UserError as error:
        where = ", ".join([sweep.lines["scenario"].where, *([error.where] if error.where else [])])
        return CheckResult([Mistake(error.what, error.expected, error.got, error.hint, where)])
    except Exception as error:
        # what the code of a scenario raises when it is imported
        got, where = f"{type(error).__name__}: {error}", sweep.lines["scenario"].where
        return CheckResult([Mistake("The scenario cannot be used.", got=got, where=where)])
    checker = _Checker(sweep, parser)
    checker.run()
    result = CheckResult(checker.mistakes, dict(checker.kinds), package=scenario_cls.__module__.partition(".")[0])
    if not checker.mistakes and sweep.metric is None and checker.params is not None:
        result.metric, result.mode = _primary(scenario_cls, checker.params)
    return result


class _Checker:
    """Parses trials of a sweep.

    Args:
        sweep: The sweep.
        parser: Has the parameters of the scenario.
    """

    def __init__(self, sweep: Sweep, parser: TFAIPArgumentParser):
        self.mistakes: List[Mistake] = check_names(sweep)
        self.kinds: Dict[str, NumberKind] = {}
        self.params: Optional[TrainerParams] = None
        self._sweep = sweep
        self._parser = parser
        self._told: Set[Mistake] = set()

    def run(self) -> None:
        """Check each value, then combinations."""
        self._check(self._sweep, covering(self._sweep))
        if self.mistakes:
            return
        sweep, mistakes = with_kinds(self._sweep, self.kinds)
        self.mistakes += mistakes
        if not mistakes and (sweep.method is Method.GRID or sweep.sampler[0] == "grid"):
            self.mistakes += check_grid(sweep)
        if not self.mistakes and sweep.method is not Method.OPTUNA:
            self._check(sweep, itertools.islice(planned(sweep), MOST_COMBINATIONS))

    def _check(self, sweep: Sweep, trials: Iterable[Trial]) -> None:
        for trial in trials:
            entry = trial_entry(sweep, trial)
            parsed = parse_entries(self._parser, entry)
            self._tell(_for_sweep(sweep, mistake) for mistake in parsed.mistakes)
            for parameter in sweep.parameters:
                node = parsed.node_of(entry.value[parameter.name]) if parameter.name in trial else None
                if isinstance(parameter.space, Range) and isinstance(node, Leaf):
                    self.kinds[parameter.name] = kind_of(node.spec.type)
            if not parsed.mistakes:
                self._complete(parsed.values["trainer"], trial)

    def _complete(self, params: "TrainerParams", trial: Trial) -> None:
        """Let the classes check their parameters, as a training does at its start."""
        try:
            post_init(params)
            self.params = self.params or params
        except UserError as error:
            values = ", ".join(f"{name}: {value}" for name, value in trial.items())
            where = f"{self._sweep.path}, {error.where or values}"
            self._tell([Mistake(error.what, error.expected, error.got, error.hint, where)])

    def _tell(self, mistakes: Iterable[Mistake]) -> None:
        for mistake in mistakes:
            key = dataclasses.replace(mistake, where=None)
            if key not in self._told:
                self._told.add(key)
                self.mistakes.append(mistake)


def _for_sweep(sweep: Sweep, mistake: Mistake) -> Mistake:
    """Return a mistake with the hint that a sweep needs instead of a configuration file."""
    name, _, owners = mistake.what.partition(" belongs to ")
    parents = [parameter for parameter in sweep.parameters if name.startswith(f"{parameter.name}.")]
    if not owners or not parents:
        return mistake
    named = owners.partition(";")[0].split(" and ")
    chosen = [str(value) for value in ends(parents[-1]) if value in named] or named
    hint = f"Let it exist for that choice only: when: {{{parents[-1].name}: {chosen[0]}}}"
    return dataclasses.replace(mistake, hint=hint)


def _primary(scenario_cls: "Type[ScenarioBase]", params: "TrainerParams") -> Any:
    try:
        mode, name = scenario_cls(params.scenario).best_logging_settings()
    except Exception:
        # of a scenario whose model needs its data: the sweep then asks for the metric
        return None, None
    return name if name.startswith(("val_", "lav_")) else f"val_{name}", mode


def parse_result(content: Dict[str, Any]) -> CheckResult:
    """Return the result that a file holds."""
    mistakes = [Mistake(**mistake) for mistake in content["mistakes"]]
    return CheckResult(mistakes, content["kinds"], content["metric"], content["mode"], content["package"])


def main(sweep_file: str, result_file: str, *trusted: str) -> None:
    """Check a sweep.

    Args:
        sweep_file: The sweep.
        result_file: Where the result is written to, as JSON.
        trusted: Packages whose code the file may name.
    """
    set_log_level_of_tensorflow([])
    try:
        trust_packages(list(trusted))
        result = check(read_sweep(sweep_file))
    except UserError as error:
        result = CheckResult([Mistake(error.what, error.expected, error.got, error.hint, error.where)])
    with open(result_file, "w", encoding="utf-8") as file:
        json.dump(dataclasses.asdict(result), file, default=str)


def run() -> NoReturn:
    """Run this as a program."""
    main(*sys.argv[1:])
    sys.exit(0)


if __name__ == "__main__":
    run()
