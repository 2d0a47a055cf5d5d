# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Trials are run, noted, gone on with after an end of any kind, and none is run twice."""

import os
import signal

import pytest

from test.experiments.sweeps.fakejobs import ACC, FakeCommands, log_of
from test.experiments.sweeps.sweepfiles import sweep_of
from test.experiments.waiting import wait_for
from tfaip.experiments.devices.slots import cpu_slots
from tfaip.experiments.jobs.local import LocalEngine
from tfaip.experiments.scheduler.interrupts import Interrupts
from tfaip.experiments.scheduler.retries import RetryPolicy
from tfaip.experiments.sweeps.folder import SweepFolder
from tfaip.experiments.sweeps.run import SweepRun
from tfaip.experiments.sweeps.searcher import PlanSearcher
from tfaip.experiments.sweeps.trialrecord import TrialRecord, TrialState
from tfaip.runs.format.process import host_name
from tfaip.runs.format.status import State, Status, write_status

BODY = "arguments: {epochs: 3}\nparameters:\n  lr: [0.1, 0.2, 0.3]\n"


@pytest.fixture
def folder(tmp_path):
    folder = SweepFolder(str(tmp_path / "out"))
    folder.lock()
    yield folder
    folder.unlock()


@pytest.fixture
def run(tmp_path, folder):
    """Runs the sweep to its end; returns what has become of the trials."""

    def run_sweep(interrupts=None, on_change=lambda record: None, slots=("0", "1"), retries=0, **options):
        sweep = sweep_of(tmp_path, BODY)
        searcher = PlanSearcher(sweep, folder.records())
        engine, commands = LocalEngine(cpu_slots(list(slots))), FakeCommands(**options)
        policy = RetryPolicy(retries, delay=0)
        SweepRun(sweep, ACC, folder, searcher, engine, commands, len(slots), policy, on_change).run(
            interrupts or Interrupts()
        )
        return folder.records()

    return run_sweep


def states(records):
    return [records[number].state.value for number in sorted(records)]


def test_all_trials_are_run_with_their_values_and_the_best_epoch_counts(run, tmp_path, folder):
    records = run()
    assert states(records) == ["finished"] * 3
    assert [(record.value, record.epoch, record.values) for record in records.values()] == [
        (0.5, 2, {"lr": 0.1}),
        (0.51, 2, {"lr": 0.2}),
        (0.52, 2, {"lr": 0.3}),
    ]
    assert log_of(tmp_path, 1) == ["start 1 epochs: 3 lr: 0.2"]


def test_a_finished_sweep_runs_nothing_again(run, tmp_path):
    run()
    run()
    assert [len(log_of(tmp_path, number)) for number in range(3)] == [1, 1, 1]


def test_a_trial_that_crashes_is_told_and_the_others_go_on(run, tmp_path):
    records = run(crash=[1])
    assert states(records) == ["finished", "failed", "finished"]
    assert records[1].exit_code == 1 and "trial_0001.log" in records[1].error
    run(crash=[1])
    assert len(log_of(tmp_path, 1)) == 1


def test_a_trial_that_crashes_is_tried_again_and_goes_on(run, tmp_path):
    records = run(crash=[1], retries=1)
    assert states(records) == ["finished"] * 3
    assert [line.split()[0] for line in log_of(tmp_path, 1)] == ["start", "resume"]
    assert records[1].attempts == 2


def test_a_training_without_the_value_has_failed_and_tells_those_that_it_has(run):
    records = run(name="accuracy")
    assert states(records) == ["failed"] * 3
    assert records[0].error == "There is no finite value of val_acc, only: val_accuracy"


def test_values_that_are_not_finite_do_not_count(run):
    nan = float("nan")
    records = run(curves={"0": [nan, 0.4, float("inf")], "1": [nan]})
    assert states(records) == ["finished", "failed", "finished"]
    assert (records[0].value, records[0].epoch) == (0.4, 2)


def test_an_interrupt_ends_the_trials_in_order_and_the_next_start_goes_on(run, tmp_path, folder):
    def stop_when_ready(record):
        if record.number == 1 and record.state is TrialState.RUNNING:
            wait_for(lambda: (tmp_path / "out" / "trial_0001" / "metrics.jsonl").exists())
            os.kill(os.getpid(), signal.SIGINT)

    with Interrupts() as interrupts:
        records = run(interrupts, stop_when_ready, slots=["0"], wait=[1])
    assert states(records) == ["finished", "stopped"]
    assert log_of(tmp_path, 1)[-1] == "ended in order"
    records = run(slots=["0"])
    assert states(records) == ["finished"] * 3
    assert [line.split()[0] for line in log_of(tmp_path, 1)] == ["start", "ended", "resume"]
    assert len(log_of(tmp_path, 0)) == 1


def test_a_trial_that_has_finished_after_its_sweep_was_killed_is_not_run_again(run, tmp_path, folder):
    run()
    record = folder.records()[2]
    record.state, record.value, record.host, record.pid = TrialState.RUNNING, None, host_name(), None
    folder.write_record(record)
    records = run()
    assert states(records) == ["finished"] * 3
    assert records[2].value == 0.52
    assert len(log_of(tmp_path, 2)) == 1


def test_a_trial_that_was_killed_before_it_could_be_resumed_begins_again(run, tmp_path, folder):
    folder.write_record(TrialRecord(0, {"lr": 0.1}, TrialState.RUNNING, attempts=1, started=1.0))
    (tmp_path / "out" / "trial_0000").mkdir()
    write_status(str(tmp_path / "out" / "trial_0000"), Status(state=State.RUNNING, t=5.0))
    assert states(run()) == ["finished"] * 3
    assert [line.split()[0] for line in log_of(tmp_path, 0)] == ["start"]


def test_a_trial_that_runs_on_without_its_sweep_is_seen(folder):
    record = TrialRecord(0, {}, TrialState.RUNNING, host=host_name(), pid=os.getpid())
    assert record.is_alive
    folder.write_record(record)
    assert folder.records()[0].is_alive
    record.host = "elsewhere"
    assert not record.is_alive


def test_a_record_that_was_not_written_to_its_end_is_as_none(folder, tmp_path):
    folder.write_record(TrialRecord(3))
    (tmp_path / "out" / "sweep" / "trial_0004.json").write_text('{"number": 4, "sta')
    assert list(folder.records()) == [3]
