# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Optuna chooses the trials, prunes them by their values, and goes on after a kill with all that it knew."""

import dataclasses

import pytest

from test.experiments.sweeps.fakejobs import ACC, FakeCommands, log_of
from test.experiments.sweeps.sweepfiles import sweep_of
from tfaip.experiments.devices.slots import cpu_slots
from tfaip.experiments.jobs.local import LocalEngine
from tfaip.experiments.scheduler.interrupts import Interrupts
from tfaip.experiments.sweeps.folder import SweepFolder
from tfaip.experiments.sweeps.plan import key_of
from tfaip.experiments.sweeps.run import SweepRun
from tfaip.experiments.sweeps.trialrecord import TrialRecord, TrialState

optuna = pytest.importorskip("optuna", reason="needs the extra sweep")
from tfaip.experiments.sweeps.optunasearch import OptunaSearcher  # noqa: E402

BODY = """\
parameters:
  lr: loguniform(1e-4, 1e-1)
  n: {low: 1, high: 9}
  optimizer: [Adam, SGD]
  momentum: {low: 0.0, high: 0.9, step: 0.1, when: {optimizer: SGD}}
  nodes: {values: [[10], [20, 20]]}
  rate: uniform(0.0, 1.0, count=3)
"""


@pytest.fixture
def search(tmp_path):
    """Opens the study of a sweep, as a process does that goes on with it."""

    def open_study(body=BODY, records=None, **keys):
        sweep = sweep_of(tmp_path, body, "optuna", **{"trials": 6, "seed": 1, **keys})
        return OptunaSearcher(sweep, ACC, str(tmp_path / "study.journal"), records or {})

    return open_study


def finished(number, values, value=0.5):
    return TrialRecord(number, dict(values), TrialState.FINISHED, value=value)


def study_of(tmp_path):
    """The study as optuna-dashboard and others read it."""
    backend = optuna.storages.journal.JournalFileBackend(str(tmp_path / "study.journal"))
    return optuna.load_study(study_name="sweep", storage=optuna.storages.JournalStorage(backend))


def states(tmp_path):
    return [trial.state.name for trial in study_of(tmp_path).trials]


def all_trials(searcher):
    found = []
    while True:
        trial = searcher.next()
        if trial is None:
            return found
        found.append(trial)
        searcher.tell(finished(*trial, value=trial[0] / 10))


@pytest.mark.parametrize("sampler", ["tpe", "random", "{name: tpe, startup_trials: 2}", "cmaes"])
def test_each_sampler_chooses_values_of_the_spaces(search, tmp_path, sampler):
    if sampler == "cmaes":
        pytest.importorskip("cmaes", reason="needs the extra sweep")
    trials = all_trials(search(sampler=sampler))
    assert [number for number, _ in trials] == list(range(6))
    for _, values in trials:
        assert 1e-4 <= values["lr"] <= 1e-1 and values["n"] in range(1, 10) and values["rate"] in (0.0, 0.5, 1.0)
        assert values["nodes"] in ([10], [20, 20])
        assert ("momentum" in values) is (values["optimizer"] == "SGD")
    study = study_of(tmp_path)
    assert (study.best_value, study.best_trial.number) == (0.5, 5)


def test_a_search_that_is_gone_on_with_chooses_what_it_would_have_chosen(search, tmp_path):
    at_once = all_trials(search())
    (tmp_path / "study.journal").unlink()
    in_parts = []
    while len(in_parts) < 6:
        searcher = search()
        trial = searcher.next()
        searcher.tell(finished(*trial, value=trial[0] / 10))
        in_parts.append(trial)
    assert in_parts == at_once
    assert len({key_of(values) for _, values in in_parts}) == 6


def test_a_trial_that_was_running_is_gone_on_with_and_no_other_is_lost(search, tmp_path):
    searcher = search()
    first, second = searcher.next(), searcher.next()
    assert not searcher.report(0, 1, 0.3)
    records = {0: TrialRecord(0, dict(first[1]), TrialState.RUNNING), 1: finished(*second)}
    searcher = search(records=records)
    assert states(tmp_path) == ["RUNNING", "COMPLETE"], "what the killed process could not tell is told"
    assert searcher.next() == first
    assert not searcher.report(0, 1, 0.9), "an epoch that is known"
    searcher.report(0, 2, 0.4)
    searcher.tell(finished(*first))
    assert searcher.next()[0] == 2
    assert study_of(tmp_path).trials[0].intermediate_values == {1: 0.3, 2: 0.4}


def test_a_line_that_was_not_written_to_its_end_does_not_break_the_study(search, tmp_path):
    searcher = search()
    searcher.tell(finished(*searcher.next()))
    journal = tmp_path / "study.journal"
    journal.write_bytes(journal.read_bytes() + b'{"op_code":4,"wor')
    searcher = search()
    searcher.tell(finished(*searcher.next()))
    assert states(tmp_path) == ["COMPLETE", "COMPLETE"]


def test_more_trials_are_added(search):
    all_trials(search())
    assert [number for number, _ in all_trials(search(trials=8))] == [6, 7]


def test_the_grid_is_asked_for_in_its_order_with_pruning_as_any_other(search, tmp_path):
    body = "parameters:\n  a: [x, y]\n  b: {low: 1, high: 2, when: {a: y}}\n  c: {values: [1, true]}\n"
    first = search(body, trials=None, sampler="grid", seed=None)
    trials = [first.next(), first.next()]
    records = {number: finished(number, values) for number, values in trials}
    trials += all_trials(search(body, records=records, trials=None, sampler="grid", seed=None))
    assert [values for _, values in trials] == [
        {"a": "x", "c": 1},
        {"a": "x", "c": True},
        {"a": "y", "b": 1, "c": 1},
        {"a": "y", "b": 1, "c": True},
        {"a": "y", "b": 2, "c": 1},
        {"a": "y", "b": 2, "c": True},
    ]
    assert states(tmp_path) == ["COMPLETE"] * 6


def test_what_failed_or_was_pruned_is_told_so(search, tmp_path):
    searcher = search()
    for state in (TrialState.FAILED, TrialState.PRUNED):
        number, values = searcher.next()
        searcher.report(number, 1, 0.2)
        searcher.tell(TrialRecord(number, dict(values), state))
    assert states(tmp_path) == ["FAIL", "PRUNED"]


def test_a_trial_that_is_not_worth_going_on_is_ended_in_order(tmp_path):
    """Of four trials, the third waits for ever after a bad epoch; it ends only if it is pruned."""
    sweep = sweep_of(
        tmp_path,
        "parameters:\n  lr: loguniform(1e-4, 1e-1)\n",
        "optuna",
        trials=4,
        pruner="{name: median, startup_trials: 2, warmup_epochs: 0}",
    )
    folder = SweepFolder(str(tmp_path / "out"))
    folder.lock()

    def run(sweep):
        searcher = OptunaSearcher(sweep, ACC, folder.study, folder.records())
        commands = FakeCommands(wait=[2], curves={"2": [0.01]})
        SweepRun(sweep, ACC, folder, searcher, LocalEngine(cpu_slots(["0"])), commands, 1).run(Interrupts())
        return [record.state.value for record in folder.records().values()]

    assert run(sweep) == ["finished", "finished", "pruned", "finished"]
    assert [line.split()[0] for line in log_of(tmp_path, 2)] == ["start", "ended"]
    (tmp_path / "study.journal").write_bytes((tmp_path / "out" / "sweep" / "study.journal").read_bytes())
    assert states(tmp_path) == ["COMPLETE", "COMPLETE", "PRUNED", "COMPLETE"]
    assert study_of(tmp_path).trials[3].intermediate_values == {1: 0.1, 2: 0.53, 3: 0.2}
    assert run(dataclasses.replace(sweep, trials=5))[2:] == ["pruned", "finished", "finished"]
    assert len(log_of(tmp_path, 2)) == 2
    folder.unlock()


def test_a_pruned_trial_that_does_not_end_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("tfaip.experiments.sweeps.run.GRACE_SECONDS", 0.5)
    sweep = sweep_of(tmp_path, "parameters:\n  lr: uniform(0.0, 1.0)\n", "optuna", trials=1)
    folder = SweepFolder(str(tmp_path / "out"))
    folder.lock()
    searcher = OptunaSearcher(sweep, ACC, folder.study, {})
    monkeypatch.setattr(searcher, "report", lambda *_: True)
    commands = FakeCommands(wait=[0], deaf=[0])
    SweepRun(sweep, ACC, folder, searcher, LocalEngine(cpu_slots(["0"])), commands, 1).run(Interrupts())
    record = folder.records()[0]
    assert (record.state, record.exit_code) == (TrialState.PRUNED, -9)
    assert record.value == 0.5
    folder.unlock()


def test_a_trial_whose_sweep_was_killed_while_it_was_pruned_is_pruned(tmp_path):
    sweep = sweep_of(tmp_path, "parameters:\n  lr: loguniform(1e-4, 1e-1)\n", "optuna", trials=1)
    folder = SweepFolder(str(tmp_path / "out"))
    folder.lock()
    number, values = OptunaSearcher(sweep, ACC, folder.study, {}).next()
    folder.write_record(TrialRecord(number, dict(values), TrialState.RUNNING, pruning=True, attempts=1))
    searcher = OptunaSearcher(sweep, ACC, folder.study, folder.records())
    SweepRun(sweep, ACC, folder, searcher, LocalEngine(cpu_slots(["0"])), FakeCommands(), 1).run(Interrupts())
    assert folder.records()[0].state is TrialState.PRUNED
    assert log_of(tmp_path, 0) == []
    folder.unlock()
