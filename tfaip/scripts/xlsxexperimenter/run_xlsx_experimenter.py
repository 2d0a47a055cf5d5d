# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs the experiments of a sheet."""

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Tuple, Union

from tfaip.experiments.devices.gpus import find_monitor
from tfaip.experiments.devices.gpuslots import GpuSlots
from tfaip.experiments.devices.slots import FixedSlots, Slot, Slots, cpu_slots
from tfaip.experiments.jobs.job import Job
from tfaip.experiments.jobs.local import LocalEngine
from tfaip.experiments.scheduler.interrupts import Interrupts
from tfaip.experiments.scheduler.retries import RetryPolicy
from tfaip.experiments.scheduler.running import run_to_end
from tfaip.experiments.scheduler.scheduler import Scheduler
from tfaip.experiments.scheduler.task import Task
from tfaip.experiments.sheet.cleanup import remove_run
from tfaip.experiments.sheet.mistakes import SheetErrors
from tfaip.experiments.sheet.parameter import Parameter
from tfaip.experiments.sheet.plan import Action, Step, make_plan
from tfaip.experiments.sheet.results import collect_results
from tfaip.experiments.sheet.rows import RESUME_PROGRAM, Experiment, Sheet, read_sheet
from tfaip.experiments.sheet.state import SheetState, fingerprint_of
from tfaip.experiments.sheet.writing import write_results
from tfaip.params.cli.errors import Mistake
from tfaip.runs.format.status import State
from tfaip.scripts.xlsxexperimenter.checking import Checked, check_rows
from tfaip.scripts.xlsxexperimenter.cleaning import Removal, confirm, find_removals
from tfaip.scripts.xlsxexperimenter.commands import find_python, resolve
from tfaip.scripts.xlsxexperimenter.view import View, create_view
from tfaip.util.errors import UserFileNotFoundError, UserValueError
from tfaip.util.logging import logger

__all__ = ["Command", "Device", "Parameter", "XLSXExperimenter"]

log = logger(__name__)

TRAINING_PROGRAMS = ("tfaip-train", "tfaip-train-from-params", RESUME_PROGRAM)
Labels = Optional[Sequence[Union[int, str]]]


@dataclass(frozen=True)
class Device:
    """A slot that experiments run in.

    Attributes:
        label: The number or name of the GPU, or the name of the CPU slot.
        is_gpu: Whether it is a GPU.
    """

    label: str
    is_gpu: bool = False


@dataclass(frozen=True)
class Command:
    """What is run for a row.

    Attributes:
        id: The name of the row.
        argv: The words of its command line.
        env: What is added to the environment.
    """

    id: str
    argv: Tuple[str, ...]
    env: Dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return it as it can be typed into a shell."""
        return shlex.join(self.argv)


class XLSXExperimenter:
    """Runs the experiments of a sheet, or collects their results.

    Args:
        xlsx_path: The sheet, .xlsx or .csv.
        gpus: The numbers (or UUIDs) of the GPUs; an experiment runs on each.
        cpus: Names of slots without GPU; an experiment runs in each.
        dry_run: Whether the commands are only checked and shown.
        python: The Python that runs them, default: this one.
        use_ts: Accepted for older programs: task-spooler is not needed.
        update_mode: Whether nothing is run, but the results are written into the sheet.
        cleanup: Whether CLEANUP may remove directories without asking.
        retries: How often an experiment that has crashed is started again.
        restart: Whether what has become of the experiments before is forgotten.
        view: Shows what happens.

    Raises:
        FileNotFoundError: There is no such sheet.
        ValueError: Both GPUs and CPUs are given.
    """

    def __init__(
        self,
        xlsx_path: Union[str, "os.PathLike[str]"],
        gpus: Labels = None,
        cpus: Labels = None,
        dry_run: bool = False,
        python: Optional[str] = None,
        use_ts: bool = False,
        update_mode: bool = False,
        *,
        cleanup: bool = False,
        retries: int = 0,
        restart: bool = False,
        view: Optional[View] = None,
    ):
        self.xlsx_path = os.fspath(xlsx_path)
        if not os.path.isfile(self.xlsx_path):
            raise UserFileNotFoundError(
                "There is no such sheet.", where=self.xlsx_path, expected="a file .xlsx or .csv", got="no file"
            )
        if gpus and cpus:
            raise UserValueError(
                "Experiments run either on GPUs or on CPUs.", where="--gpus and --cpus", expected="one of them"
            )
        if retries < 0:
            raise UserValueError("There cannot be less than no retry.", where="--retries", got=str(retries))
        self.devices = [Device(str(label), bool(gpus)) for label in (gpus or cpus or ())]
        self._dry_run = dry_run
        self._python = find_python(python)
        self._update_mode = update_mode
        self._cleanup = cleanup
        self._retries = retries
        self._restart = restart
        self._view = view
        if use_ts:
            log.info("task-spooler is not used: experiments are scheduled here.")

    def run(self) -> int:
        """Run the experiments that have not finished before.

        Returns:
            0 if all have succeeded, 1 if one has not, 128 and the number of the signal that has ended it.

        Raises:
            UserError: The sheet has mistakes; nothing was started then.
            OSError: The state or the results cannot be written.
        """
        sheet, mistakes = read_sheet(self.xlsx_path)
        if self._update_mode:
            if mistakes:
                raise SheetErrors(sheet.path, mistakes)
            print(f"Results: {write_results(sheet.path, collect_results(sheet))}")
            return 0
        state = SheetState(sheet.path)
        if self._dry_run:
            return self._show(sheet, state, mistakes)
        try:
            return self._run(sheet, state, mistakes)
        finally:
            state.unlock()

    def _run(self, sheet: Sheet, state: SheetState, mistakes: List[Mistake]) -> int:
        # a sheet with mistakes leaves no folder
        is_known = os.path.isdir(state.folder)
        if is_known:
            state.lock()
        if self._restart:
            state.entries.clear()
        steps, checked, removals = self._check(sheet, state, mistakes)
        slots = self._slots()
        if not is_known:
            state.lock()
        confirm(removals, self._cleanup)
        for removal in removals:
            remove_run(removal.path)
        jobs = [self._job(step, checked[step.experiment.id], state) for step in steps if step.is_run]
        return self._schedule(steps, jobs, slots, state)

    def _show(self, sheet: Sheet, state: SheetState, mistakes: List[Mistake]) -> int:
        steps, checked, removals = self._check(sheet, state, mistakes)
        for removal in removals:
            print(f"# CLEANUP of {removal.experiment.id}: removes {removal.path}")
        for step in steps:
            if step.is_run:
                job = self._job(step, checked[step.experiment.id], state)
                print(Command(job.id, job.next_argv(0), dict(job.env)))
            else:
                print(f"# {step.experiment.id}: {step.reason}")
        return 0

    def _check(
        self, sheet: Sheet, state: SheetState, mistakes: List[Mistake]
    ) -> Tuple[List[Step], Dict[str, Checked], List[Removal]]:
        """Return what is to be done.

        Raises:
            SheetErrors: The sheet has mistakes.
        """
        steps, standing_against = make_plan(sheet, state)
        to_run = [step for step in steps if step.is_run]
        results, wrong = check_rows([step.experiment for step in to_run], self._python)
        checked = {step.experiment.id: result for step, result in zip(to_run, results, strict=True)}
        new = [step.experiment for step in to_run if step.action is Action.RUN]
        removals, not_removable = find_removals([(row, checked[row.id].output_dir) for row in new])
        occupied = [checked[row.id].occupied for row in new if not row.cleanup]
        mistakes = [*mistakes, *standing_against, *wrong, *not_removable, *filter(None, occupied)]
        mistakes += self._gpu_flags(to_run)
        if mistakes:
            raise SheetErrors(sheet.path, mistakes)
        return steps, checked, removals

    def _gpu_flags(self, steps: Sequence[Step]) -> List[Mistake]:
        """Return mistakes for rows that choose a GPU although the scheduler does."""
        if not any(device.is_gpu for device in self.devices):
            return []
        words = [word for step in steps for word in step.experiment.words if word.text.split("=")[0] == "--device.gpus"]
        hint = "Empty the cell, or leave --gpus out."
        return [Mistake("The GPU is chosen by --gpus.", where=word.cell, got=word.text, hint=hint) for word in words]

    def _job(self, step: Step, checked: Checked, state: SheetState) -> Job:
        experiment = step.experiment
        return Job(
            id=experiment.id,
            argv=tuple(resolve(experiment.argv, self._python)),
            log=state.log_of(experiment.id),
            resume_argv=self._resume_argv(experiment, checked),
            output_dir=checked.output_dir,
            # as of the published program
            env={"ID": experiment.id, "PYTHON": self._python},
            was_started=step.action is Action.CONTINUE,
        )

    def _resume_argv(self, experiment: Experiment, checked: Checked) -> Tuple[str, ...]:
        if experiment.program not in TRAINING_PROGRAMS or checked.output_dir is None:
            return ()
        if experiment.program == RESUME_PROGRAM:
            return tuple(resolve(experiment.argv, self._python))
        # the sheet has named the scenario
        trust = ["--trust", checked.package] if checked.package else []
        return tuple(resolve([RESUME_PROGRAM, checked.output_dir, *trust], self._python))

    def _slots(self) -> Slots:
        labels = [device.label for device in self.devices]
        if not labels:
            return FixedSlots([Slot("this machine")])
        return GpuSlots(labels, find_monitor()) if self.devices[0].is_gpu else cpu_slots(labels)

    def _schedule(self, steps: Sequence[Step], jobs: Sequence[Job], slots: Slots, state: SheetState) -> int:
        fingerprints = {step.experiment.id: fingerprint_of(step.experiment.argv) for step in steps}
        view = self._view or create_view()
        view.plan(steps)

        def note(task: Task) -> None:
            try:
                state.note(task, fingerprints[task.job.id])
            except OSError as error:
                # a full disk is no reason to end what runs
                log.warning("What has become of %s cannot be noted: %s.", task.job.id, error)
            view.changed(task)

        scheduler = Scheduler(LocalEngine(slots), RetryPolicy(self._retries), note)
        for job in jobs:
            scheduler.add(job)
        with Interrupts() as interrupts:
            with view:
                run_to_end(scheduler, interrupts, lambda: view.refresh(scheduler.tasks, scheduler.why_waiting()))
        view.end(scheduler.tasks)
        if interrupts.last is not None:
            return 128 + interrupts.last
        return 0 if all(task.state is State.FINISHED for task in scheduler.tasks) else 1
