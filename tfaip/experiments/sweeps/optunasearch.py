# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Optuna chooses the values of the trials, and which of them are not worth going on. It needs the extra ``sweep``."""

import os
import random
from collections.abc import Iterator, Mapping
from typing import Any, Dict, List, Optional

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from tfaip.experiments.sweeps.objective import Objective
from tfaip.experiments.sweeps.optunaspace import encoded, suggest
from tfaip.experiments.sweeps.plan import Trial, grid, key_of
from tfaip.experiments.sweeps.searcher import NumberedTrial, Searcher
from tfaip.experiments.sweeps.spec import Mode, Sweep
from tfaip.experiments.sweeps.trialrecord import TrialRecord
from tfaip.experiments.sweeps.trialrecord import TrialState as RecordState

STUDY = "sweep"
GRID = "grid"


class OptunaSearcher(Searcher):
    """Asks a study of Optuna.

    Args:
        sweep: The sweep.
        objective: What tells how good a trial is.
        journal: The file of the study; it is created, or gone on with. Only one process may search with it.
        records: What has become of the trials before.
    """

    wants_values = True

    def __init__(self, sweep: Sweep, objective: Objective, journal: str, records: Mapping[int, TrialRecord]):
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        cut_partial_line(journal)
        self._sweep = sweep
        self._study = optuna.create_study(
            storage=JournalStorage(JournalFileBackend(journal)),
            study_name=STUDY,
            direction="maximize" if objective.mode is Mode.MAX else "minimize",
            pruner=create_pruner(sweep),
            sampler=create_sampler(sweep, 0),
            load_if_exists=True,
        )
        self._trials: Dict[int, optuna.trial.Trial] = {}
        self._grid: Optional[Iterator[Trial]] = grid(sweep) if sweep.sampler[0] == GRID else None
        running = [trial for trial in self._study.get_trials(deepcopy=False) if trial.state is TrialState.RUNNING]
        begun: List[FrozenTrial] = []
        for trial in running:
            record = records.get(trial.number)
            if record is not None and record.state.is_over:
                # the sweep was killed before it could say so
                self.tell(record)
            else:
                begun.append(trial)
        self._begun = iter(begun)

    def next(self) -> Optional[NumberedTrial]:
        """Return a trial that was begun before, then the one that Optuna chooses."""
        frozen = next(self._begun, None)
        if frozen is not None:
            return self._values_of(optuna.trial.Trial(self._study, frozen._trial_id))
        known = self._study.get_trials(deepcopy=False)
        asked = [trial for trial in known if trial.state is not TrialState.WAITING]
        if self._sweep.trials is not None and len(asked) >= self._sweep.trials:
            return None
        if self._grid is not None and len(asked) == len(known) and not self._enqueue(known):
            return None
        # a sampler that went on with its numbers would begin with the first ones again after a kill
        self._study.sampler = create_sampler(self._sweep, len(asked))
        return self._values_of(self._study.ask())

    def report(self, number: int, epoch: int, value: float) -> bool:
        """Give Optuna the value of an epoch; an epoch that it knows has no effect."""
        trial = self._trials.get(number)
        if trial is None or epoch in self._study.get_trials(deepcopy=False)[number].intermediate_values:
            return False
        trial.report(value, epoch)
        return bool(trial.should_prune())

    def tell(self, record: TrialRecord) -> None:
        """Give Optuna the value of a trial that is over."""
        if record.state is RecordState.FINISHED:
            self._study.tell(record.number, record.value, skip_if_finished=True)
        else:
            state = TrialState.PRUNED if record.state is RecordState.PRUNED else TrialState.FAIL
            self._study.tell(record.number, state=state, skip_if_finished=True)
        self._trials.pop(record.number, None)

    def _values_of(self, trial: optuna.trial.Trial) -> NumberedTrial:
        self._trials[trial.number] = trial
        return trial.number, suggest(self._sweep, trial)

    def _enqueue(self, known: List[FrozenTrial]) -> bool:
        """Let the study ask for the next trial of the grid; return whether there is one."""
        assert self._grid is not None
        done = {key_of(trial.params) for trial in known}
        for values in self._grid:
            params = encoded(self._sweep, values)
            if key_of(params) not in done:
                self._study.enqueue_trial(params)
                return True
        return False


def create_sampler(sweep: Sweep, number: int) -> optuna.samplers.BaseSampler:
    """Return the sampler for a trial.

    Args:
        sweep: The sweep.
        number: How many trials were chosen before.
    """
    name, options = sweep.sampler
    seed = random.Random(f"{sweep.seed}:{number}").getrandbits(31)
    startup = {"n_startup_trials": int(options["startup_trials"])} if "startup_trials" in options else {}
    if name == "tpe":
        return optuna.samplers.TPESampler(seed=seed, **startup)
    if name == "cmaes":
        return optuna.samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False, **startup)
    return optuna.samplers.RandomSampler(seed=seed)


def create_pruner(sweep: Sweep) -> optuna.pruners.BasePruner:
    """Return the pruner of a sweep."""
    name, options = sweep.pruner
    names = {
        "startup_trials": "n_startup_trials",
        "warmup_epochs": "n_warmup_steps",
        "interval_epochs": "interval_steps",
        "min_epochs": "min_resource",
        "max_epochs": "max_resource",
    }
    given: Dict[str, Any] = {names.get(key, key): int(value) for key, value in options.items()}
    if name == "median":
        return optuna.pruners.MedianPruner(**given)
    if name == "percentile":
        return optuna.pruners.PercentilePruner(**{"percentile": 25.0, **given})
    if name == "halving":
        return optuna.pruners.SuccessiveHalvingPruner(**given)
    return optuna.pruners.HyperbandPruner(**given) if name == "hyperband" else optuna.pruners.NopPruner()


def cut_partial_line(journal: str) -> None:
    """Remove a last line that was not written to its end: with another one behind it, no line could be read.

    Args:
        journal: The file of a study.
    """
    if not os.path.exists(journal):
        return
    with open(journal, "rb+") as file:
        content = file.read()
        if not content.endswith(b"\n"):
            file.truncate(content.rfind(b"\n") + 1)
