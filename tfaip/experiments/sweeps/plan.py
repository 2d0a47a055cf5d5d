# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The values of all trials of a grid, and of a search by chance: the same for the same file, however many are run."""

import itertools
import json
import random
from collections.abc import Iterator
from typing import Any, Dict, List, Tuple

from tfaip.experiments.sweeps.spec import Method, Sweep, SweepParameter
from tfaip.params.cli.errors import Mistake

# so many equal trials in a row mean that hardly any other is left
MOST_REPEATS = 1000
MOST_TRIALS = 100_000
Trial = Dict[str, Any]


def planned(sweep: Sweep) -> Iterator[Trial]:
    """Yield the values of the trials, by the names of the parameters.

    Those of a parameter that does not exist in a trial are left out. More trials of a sweep begin with the same ones.
    """
    trials = _by_chance(sweep) if sweep.method is Method.RANDOM else grid(sweep)
    return itertools.islice(trials, sweep.trials)


def grid(sweep: Sweep) -> Iterator[Trial]:
    """Yield each combination once: in the order of the file, or if ``seed`` is given in one by chance."""
    trials = _combinations(sweep.parameters, {})
    if "seed" not in sweep.lines:
        return trials
    listed = list(itertools.islice(trials, MOST_TRIALS))
    random.Random(sweep.seed).shuffle(listed)
    return iter(listed)


def check_grid(sweep: Sweep) -> List[Mistake]:
    """Return what keeps the sweep from having a grid."""
    mistakes = [
        Mistake(
            f"{parameter.name} has any number between its ends, which no grid can have.",
            expected="values: [...], or a range with step or count",
            where=parameter.entry.where,
        )
        for parameter in sweep.parameters
        if parameter.space.points() is None
    ]
    if not mistakes and sum(1 for _ in itertools.islice(grid(sweep), MOST_TRIALS)) == MOST_TRIALS:
        mistakes.append(Mistake("The grid is too large.", f"less than {MOST_TRIALS} trials", where=sweep.path))
    return mistakes


def covering(sweep: Sweep) -> Iterator[Trial]:
    """Yield trials in which each value that is listed, and each end of a range, is found at least once."""
    by_name = {parameter.name: parameter for parameter in sweep.parameters}
    for parameter in sweep.parameters:
        for value in ends(parameter):
            forced = {parameter.name: value, **_ancestors(parameter, by_name)}
            trial: Trial = {}
            for other in sweep.parameters:
                if other.exists(trial):
                    trial[other.name] = forced.get(other.name, ends(other)[0])
            if parameter.name in trial:
                yield trial


def ends(parameter: SweepParameter) -> List[Any]:
    """Return all values that are listed, of a range its ends."""
    space = parameter.space
    return list(space.values) if hasattr(space, "values") else list(dict.fromkeys([space.low, space.last]))


def key_of(trial: Trial) -> str:
    """Return what tells the values of a trial from those of others."""
    return json.dumps(trial, sort_keys=True, default=str)


def _ancestors(parameter: SweepParameter, by_name: Dict[str, SweepParameter]) -> Trial:
    """Return values of the others with which a parameter exists."""
    found: Trial = {}
    for name, allowed in parameter.when:
        found = {**_ancestors(by_name[name], by_name), **found, name: allowed[0]}
    return found


def _combinations(parameters: Tuple[SweepParameter, ...], before: Trial) -> Iterator[Trial]:
    if not parameters:
        yield before
        return
    first, rest = parameters[0], parameters[1:]
    if not first.exists(before):
        yield from _combinations(rest, before)
        return
    for value in first.space.points() or ():
        yield from _combinations(rest, {**before, first.name: value})


def _by_chance(sweep: Sweep) -> Iterator[Trial]:
    rng = random.Random(sweep.seed)
    seen = set()
    repeats = 0
    while repeats < MOST_REPEATS:
        trial: Trial = {}
        for parameter in sweep.parameters:
            if parameter.exists(trial):
                trial[parameter.name] = parameter.space.sample(rng)
        key = key_of(trial)
        if key in seen:
            repeats += 1
            continue
        seen.add(key)
        repeats = 0
        yield trial
