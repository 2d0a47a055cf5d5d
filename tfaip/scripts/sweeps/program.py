# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs a sweep from its file to the table of its results."""

import dataclasses
import shlex
from collections.abc import Iterable, Sequence
from typing import Dict, Optional, Tuple

from tfaip.experiments.devices.gpus import find_monitor
from tfaip.experiments.devices.gpuslots import GpuSlots
from tfaip.experiments.devices.slots import FixedSlots, Slot, Slots, cpu_slots
from tfaip.experiments.jobs.local import LocalEngine
from tfaip.experiments.scheduler.interrupts import Interrupts
from tfaip.experiments.scheduler.retries import RetryPolicy
from tfaip.experiments.sweeps.changes import check_unchanged, plan_of
from tfaip.experiments.sweeps.folder import SweepFolder
from tfaip.experiments.sweeps.kinds import NumberKind, with_kinds
from tfaip.experiments.sweeps.mistakes import SweepErrors
from tfaip.experiments.sweeps.objective import Objective, objective_of_run
from tfaip.experiments.sweeps.plan import planned
from tfaip.experiments.sweeps.reader import read_sweep
from tfaip.experiments.sweeps.results import best_of, counts_text, csv_text, table_text
from tfaip.experiments.sweeps.run import SweepRun
from tfaip.experiments.sweeps.searcher import PlanSearcher, Searcher
from tfaip.experiments.sweeps.space import describe
from tfaip.experiments.sweeps.spec import Method, Mode, Sweep
from tfaip.experiments.sweeps.trialrecord import TrialRecord, TrialState, trial_name
from tfaip.params.cli.errors import Mistake
from tfaip.scripts.extrapackages import check_packages
from tfaip.scripts.sweeps.check import CheckResult
from tfaip.scripts.sweeps.commands import TrainingCommands, check_by, find_python
from tfaip.util.errors import UserError, UserValueError
from tfaip.util.file.atomic import write_text_atomically

Labels = Optional[Sequence[str]]


class SweepProgram:
    """A sweep that is to be run or looked at.

    Args:
        path: Its file.
        python: The Python that runs the trials, default: this one.
        trusted: Packages whose code the file may name.

    Raises:
        UserError: There are mistakes in the file.
    """

    def __init__(self, path: str, python: Optional[str] = None, trusted: Sequence[str] = ()):
        self._sweep = read_sweep(path)
        self._python = find_python(python)
        self._trusted = list(trusted)
        if self._sweep.method is Method.OPTUNA:
            needed = ["optuna", *(["cmaes"] if self._sweep.sampler[0] == "cmaes" else [])]
            check_packages(needed, "The sweep", "sweep")
        self._folder = SweepFolder(self._sweep.output_dir)

    # ------------------------------------------------------------------ looking
    def show_status(self) -> int:
        """Show the results so far."""
        records = self._folder.records()
        if not records:
            print(f"No trial was begun in {self._sweep.output_dir}.")
            return 0
        for record in records.values():
            if record.state is TrialState.RUNNING and not record.is_alive:
                record.state = TrialState.STOPPED
        self._show_results(records.values())
        return 0

    def show_plan(self) -> int:
        """Show what would be run.

        Raises:
            UserError: The sweep has mistakes.
        """
        sweep, checked = self._check()
        records = self._begun(sweep)
        if sweep.method is Method.OPTUNA and sweep.sampler[0] != "grid":
            print(f"{sweep.trials} trials, {len(records)} of them begun; Optuna ({sweep.sampler[0]}) chooses among")
            print("\n".join(f"  {parameter.name}: {describe(parameter.space)}" for parameter in sweep.parameters))
        else:
            for number, values in enumerate(planned(sweep)):
                state = f" ({records[number].state.value})" if number in records else ""
                print(f"{trial_name(number)}{state}: {_values_text(values)}")
        start = self._commands(checked).start(self._folder.config_of(0), self._folder.trial_dir(0))
        print(f"Each is run as: {shlex.join(start)}")
        return 0

    # ------------------------------------------------------------------ running
    def run(self, gpus: Labels = None, cpus: Labels = None, retries: int = 0, retry_failed: bool = False) -> int:
        """Run the trials that are not over.

        Args:
            gpus: The numbers (or UUIDs) of the GPUs; a trial runs on each.
            cpus: Names of slots without GPU; a trial runs in each.
            retries: How often a trial that has crashed is started again.
            retry_failed: Whether trials that have failed before are run again.

        Returns:
            0 if all have succeeded, 1 if one has failed, 128 and the number of the signal that has ended it.

        Raises:
            UserError: The sweep has mistakes; nothing was started then.
            OSError: The output directory cannot be written to.
        """
        if gpus and cpus:
            raise UserValueError("Trials run either on GPUs or on CPUs.", where="--gpus and --cpus", expected="one")
        if retries < 0:
            raise UserValueError("There cannot be less than no retry.", where="--retries", got=str(retries))
        if retry_failed and self._sweep.method is Method.OPTUNA:
            raise UserValueError("Optuna keeps what has failed.", where="--retry_failed", expected="grid or random")
        sweep, checked = self._check()
        slots, parallel = _slots(gpus, cpus)
        self._begun(sweep)
        self._folder.lock()
        try:
            records = self._begun(sweep)
            self._check_alive(records.values())
            self._folder.write_plan(plan_of(sweep))
            if retry_failed:
                self._forget_failures(records.values())
            return self._run(sweep, checked, slots, parallel, RetryPolicy(retries))
        finally:
            self._folder.unlock()

    def _run(self, sweep: Sweep, checked: CheckResult, slots: Slots, parallel: int, retries: RetryPolicy) -> int:
        objective = _objective(sweep, checked)
        searcher = self._searcher(sweep, objective)
        engine, commands = LocalEngine(slots), self._commands(checked)
        run = SweepRun(sweep, objective, self._folder, searcher, engine, commands, parallel, retries, self._print)
        with Interrupts() as interrupts:
            try:
                run.run(interrupts)
            finally:
                self._write_results(sweep, run.records.values())
        self._show_results(run.records.values())
        if interrupts.last is not None:
            print("The sweep was interrupted. The same command goes on with it.")
            return 128 + interrupts.last
        return int(
            any(record.state is not TrialState.FINISHED for record in run.records.values() if not _pruned(record))
        )

    def _searcher(self, sweep: Sweep, objective: Optional[Objective]) -> Searcher:
        records = self._folder.records()
        if sweep.method is not Method.OPTUNA:
            return PlanSearcher(sweep, records)
        # imported late: it needs the packages of the extra
        from tfaip.experiments.sweeps.optunasearch import OptunaSearcher

        assert objective is not None
        return OptunaSearcher(sweep, objective, self._folder.study, records)

    def _check(self) -> Tuple[Sweep, CheckResult]:
        """Return the sweep with what its scenario says about it.

        Raises:
            SweepErrors: The sweep has mistakes.
        """
        checked = check_by(self._python, self._sweep.path, self._trusted)
        kinds = {name: NumberKind(kind) for name, kind in checked.kinds.items()}
        sweep, mistakes = with_kinds(self._sweep, kinds)
        # those of the ranges are found there, too
        mistakes = checked.mistakes or mistakes
        if not mistakes and sweep.method is Method.OPTUNA and _objective(sweep, checked) is None:
            what = "The scenario does not tell its best model without its data."
            mistakes = [Mistake(what, "metric: NAME and mode: min or max", where=sweep.path)]
        if mistakes:
            raise SweepErrors(sweep.path, mistakes)
        return sweep, checked

    def _begun(self, sweep: Sweep) -> Dict[int, TrialRecord]:
        """Return what has become of the trials before.

        Raises:
            UserError: They are those of another sweep.
        """
        before = self._folder.plan()
        if before is not None:
            check_unchanged(before, plan_of(sweep), sweep.path, self._folder.path)
        return self._folder.records()

    def _check_alive(self, records: Iterable[TrialRecord]) -> None:
        alive = [record for record in records if record.is_alive]
        if alive:
            pids = " ".join(str(record.pid) for record in alive)
            raise UserError(
                "Trials still run: their sweep was killed, but they were not.",
                where=self._folder.path,
                got=", ".join(f"{record.name} (process {record.pid})" for record in alive),
                hint=f"Wait until they have ended, or end them: kill {pids}",
            )

    def _forget_failures(self, records: Iterable[TrialRecord]) -> None:
        for record in records:
            if record.state is TrialState.FAILED:
                # what it has written so far is gone on with
                failed = dataclasses.replace(record, state=TrialState.STOPPED, error="", exit_code=None)
                self._folder.write_record(failed)

    def _commands(self, checked: CheckResult) -> TrainingCommands:
        return TrainingCommands(self._sweep.scenario, self._python, checked.package, self._trusted)

    # ------------------------------------------------------------------ results
    def _print(self, record: TrialRecord) -> None:
        text = {
            TrialState.RUNNING: f"started (process {record.pid}): {_values_text(record.values)}",
            TrialState.FAILED: f"failed: {record.error}",
        }.get(record.state, record.state.value)
        value = "" if record.value is None or record.state is TrialState.RUNNING else f", {record.value:.6g}"
        print(f"{record.name} {text}{value}", flush=True)

    def _known_objective(self, records: Iterable[TrialRecord]) -> Optional[Objective]:
        objective = _objective(self._sweep, None)
        folders = (self._folder.trial_dir(record.number) for record in records)
        found = (objective_of_run(folder, self._sweep.summary) for folder in folders)
        return objective or next(filter(None, found), None)

    def _write_results(self, sweep: Sweep, records: Iterable[TrialRecord]) -> None:
        objective = self._known_objective(records)
        text = csv_text(records, sweep.names, objective.metric if objective else "value", self._folder.output_dir)
        write_text_atomically(self._folder.results, text)

    def _show_results(self, records: Iterable[TrialRecord]) -> None:
        records = list(records)
        objective = self._known_objective(records)
        print(table_text(records, self._sweep.names, objective))
        print(f"{counts_text(records)}; results: {self._folder.results}")
        if self._sweep.method is Method.OPTUNA:
            print(f"More about the search: optuna-dashboard {shlex.quote(self._folder.study)}")
        best = best_of(records, objective.mode if objective else None)
        if best is not None and objective is not None and best.value is not None:
            folder = self._folder.trial_dir(best.number)
            again = ["tfaip-train-from-params", folder, "--trainer.output_dir", f"{folder}_again"]
            print(f"The best is {best.name}: {objective.metric} {best.value:.6g}. Train with its parameters:")
            print(f"  {shlex.join(again)}")


def _objective(sweep: Sweep, checked: Optional[CheckResult]) -> Optional[Objective]:
    """Return what tells how good a trial is: as the file says, else the scenario; None if neither does."""
    if sweep.metric is not None and sweep.mode is not None:
        return Objective(sweep.metric, sweep.mode, sweep.summary)
    if checked is not None and checked.metric is not None and checked.mode is not None:
        return Objective(checked.metric, Mode(checked.mode), sweep.summary)
    return None


def _slots(gpus: Labels, cpus: Labels) -> Tuple[Slots, int]:
    """Return the slots, and how many there are."""
    if gpus:
        return GpuSlots(gpus, find_monitor()), len(gpus)
    if cpus:
        return cpu_slots(cpus), len(cpus)
    return FixedSlots([Slot("this machine")]), 1


def _pruned(record: TrialRecord) -> bool:
    return record.state is TrialState.PRUNED


def _values_text(values: Dict[str, object]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items())
