# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""All runs of a directory are found, each with what can be told of it, and from the index if nothing has changed."""

import dataclasses
import json
import math
import os
import time
from pathlib import Path

import pytest

from test.runs.writing import write_events, write_params, write_record
from tfaip.runs.format.process import host_name, process_start
from tfaip.runs.format.run import read_run, write_run
from tfaip.runs.format.status import BestValue, RunError, State
from tfaip.runs.reading import finding
from tfaip.runs.reading.finding import RunFinder, find_runs
from tfaip.runs.reading.index import RunIndex
from tfaip.runs.reading.indexedparams import IndexedParams
from tfaip.runs.reading.run import Run
from tfaip.runs.reading.summary import RunSummary, ShownState, Source
from tfaip.util.errors import UserError


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def labels(*directories: Path) -> list[str]:
    return [run.label for run in find_runs(list(map(str, directories)))]


def test_runs_are_found_at_any_depth_but_not_within_runs(tmp_path: Path) -> None:
    write_record(tmp_path / "runs" / "b")
    write_record(tmp_path / "runs" / "deep" / "er" / "a")
    write_record(tmp_path / "runs" / "b" / "inner")
    write_record(tmp_path / "runs" / ".hidden" / "a")
    assert labels(tmp_path / "runs") == ["b", "deep/er/a"]
    assert labels(tmp_path / "runs" / "b") == [str(tmp_path / "runs" / "b")]


def test_a_run_is_listed_once_however_often_its_directory_is_named(tmp_path: Path) -> None:
    write_record(tmp_path / "runs" / "a")
    (tmp_path / "runs" / "link").symlink_to("a")
    assert len(labels(tmp_path / "runs", tmp_path / "runs" / "a")) == 1


def test_a_link_to_a_run_is_followed_but_not_one_to_a_directory_with_runs(tmp_path: Path) -> None:
    write_record(tmp_path / "disk" / "a")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "linked").symlink_to(tmp_path / "disk" / "a")
    (tmp_path / "runs" / "all").symlink_to(tmp_path / "disk")
    (tmp_path / "runs" / "loop").symlink_to(tmp_path)
    assert labels(tmp_path / "runs") == ["linked"]


def test_models_and_checkpoints_are_no_runs(tmp_path: Path) -> None:
    (tmp_path / "model" / "serve").mkdir(parents=True)
    write_params(tmp_path / "model")
    assert labels(tmp_path) == []


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such directory"):
        find_runs([str(tmp_path / "no")])


def test_the_summary_says_what_the_record_says(tmp_path: Path) -> None:
    write_record(tmp_path / "a", State.FAILED, 0.5, error=RunError("it broke", "here"), exit_code=1)
    (run,) = find_runs([str(tmp_path)])
    assert (run.state, run.progress, run.epoch, run.exit_code) == (ShownState.FAILED, 1.0, 4, 1)
    assert run.best == BestValue("val_acc", 0.5, 4) and run.best_or_last == 0.5
    assert run.error == RunError("it broke", "here")
    assert (run.scenario, run.created, run.updated, run.sessions) == ("pkg.scenario:Scenario", 1000.0, 1100.0, 1)


def test_a_summary_survives_json(tmp_path: Path) -> None:
    write_record(tmp_path / "a", State.FAILED, math.inf, error=RunError("x"), eta_s=3.0)
    (run,) = find_runs([str(tmp_path)])
    assert RunSummary.of_json(json.loads(json.dumps(run.to_json(), allow_nan=False))) == run


def test_a_killed_run_is_dead(tmp_path: Path) -> None:
    started = process_start(os.getpid())
    assert started is not None
    here = {"host": host_name(), "pid": os.getpid(), "t": time.time() - 1e4}
    write_record(tmp_path / "alive", State.RUNNING, pid_start=started, **here)
    write_record(tmp_path / "number used again", State.RUNNING, pid_start=started - 1e4, **here)
    write_record(tmp_path / "gone", State.STARTING, pid_start=started, **{**here, "pid": 2**30})
    write_record(tmp_path / "over", State.STOPPED, pid_start=started, **{**here, "pid": 2**30})
    states = {run.label: run.state.value for run in find_runs([str(tmp_path)])}
    assert states == {"alive": "running", "number used again": "dead", "gone": "dead", "over": "stopped"}


def test_a_run_that_ends_while_it_is_looked_at_is_not_dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = write_record(tmp_path / "a", State.RUNNING, host=host_name(), pid=2**30)
    read = finding.read_summary
    monkeypatch.setattr(finding, "read_summary", lambda found: (read(found), write_record(run, State.FINISHED))[0])
    assert find_runs([str(tmp_path)])[0].state is ShownState.FINISHED


def test_a_run_on_another_machine_that_is_not_heard_of_is_stale(tmp_path: Path) -> None:
    write_record(tmp_path / "old", State.RUNNING, t=time.time() - 600)
    write_record(tmp_path / "new", State.RUNNING, t=time.time() + 600)
    states = {run.label: run.state for run in find_runs([str(tmp_path)])}
    assert states == {"old": ShownState.STALE, "new": ShownState.RUNNING}


def test_runs_that_only_tensorboard_files_and_parameters_tell_of_are_shown(tmp_path: Path) -> None:
    write_events(
        tmp_path / "a" / "train" / "events.out.tfevents.1.v2", [("epoch_loss", 0, 1.0), ("epoch_loss", 1, 0.5)]
    )
    write_events(tmp_path / "a" / "validation" / "events.out.tfevents.2.v2", [("epoch_acc", 1, 0.75)])
    write_params(tmp_path / "a", epochs=8, current_epoch=2)
    write_events(tmp_path / "b" / "events.out.tfevents.3", [("batch/x", 7, 2.0)])
    first, second = find_runs([str(tmp_path)])
    assert first.source is Source.FILES and first.state is ShownState.UNKNOWN
    assert (first.epoch, first.epochs, first.progress) == (2, 8, 0.25)
    assert first.last == {"loss": 0.5, "val_acc": 0.75} and first.created == 500.0
    assert first.primary is not None and (first.primary.name, first.primary.mode) == ("val_acc", "max")
    assert first.best == BestValue("val_acc", 0.75)
    assert second.last == {"batch/x": 2.0} and second.global_step == 7


def test_a_run_without_a_record_that_has_all_epochs_is_finished(tmp_path: Path) -> None:
    (tmp_path / "a" / "checkpoint").mkdir(parents=True)
    write_params(tmp_path / "a")
    assert find_runs([str(tmp_path)])[0].state is ShownState.FINISHED


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    run = write_record(tmp_path / "a")
    (run / "run.json").write_text('{"id": ')
    (run / "status.json").write_bytes(os.urandom(100))
    (summary,) = find_runs([str(tmp_path)])
    assert summary.name == "a" and summary.state is ShownState.UNKNOWN
    assert summary.problems == ["run.json cannot be read", "status.json cannot be read"]


def count_reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    reads: list[str] = []
    read = finding.read_summary
    monkeypatch.setattr(finding, "read_summary", lambda found: (reads.append(found.label), read(found))[1])
    return reads


def test_only_runs_that_have_changed_or_are_about_to_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = tmp_path / "runs"
    for name in ("a", "b", "events"):
        write_record(runs / name)
    write_record(runs / "running", State.RUNNING)
    for name in ("run.json", "status.json"):
        (runs / "events" / name).unlink()
    write_events(runs / "events" / "train" / "events.out.tfevents.1", [("epoch_loss", 0, 1.0)])
    reads = count_reads(monkeypatch)
    first = find_runs([str(runs)])
    assert reads == ["a", "b", "events", "running"]
    reads.clear()
    assert find_runs([str(runs)]) == first and reads == ["running"]
    info = read_run(str(runs / "b"))
    assert info is not None
    write_run(str(runs / "b"), dataclasses.replace(info, note="seen"))
    write_events(runs / "events" / "train" / "events.out.tfevents.1", [("epoch_loss", 1, 0.5)])
    reads.clear()
    notes = [run.note for run in find_runs([str(runs)])]
    assert reads == ["b", "events", "running"] and notes == ["", "seen", "", ""]
    reads.clear()
    finder = RunFinder([str(runs)])
    assert finder.find() == finder.find() and reads == ["running", "running"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"state": 1}', '{"state": [1, "x"], "runs": 3}', "\x00" * 100])
def test_a_damaged_index_is_made_anew(tmp_path: Path, content: str) -> None:
    write_record(tmp_path / "runs" / "a")
    expected = find_runs([str(tmp_path / "runs")])
    (index,) = (tmp_path / "cache" / "tfaip" / "runs").iterdir()
    whole = index.read_text()
    index.write_text(content)
    assert find_runs([str(tmp_path / "runs")]) == expected
    assert index.read_text() == whole


def test_entries_of_the_index_that_make_no_sense_are_left_out(tmp_path: Path) -> None:
    write_record(tmp_path / "runs" / "a")
    expected = find_runs([str(tmp_path / "runs")])
    (index,) = (tmp_path / "cache" / "tfaip" / "runs").iterdir()
    content = json.loads(index.read_text())
    (entry,) = content["runs"].values()
    for broken in ({"stamp": entry["stamp"]}, {**entry, "content": {"path": "x"}}, {**entry, "content": 3}, 7):
        content["runs"] = dict.fromkeys(content["runs"], broken)
        index.write_text(json.dumps(content))
        assert find_runs([str(tmp_path / "runs")]) == expected


def test_a_cache_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    write_record(tmp_path / "runs" / "a")
    assert len(find_runs([str(tmp_path / "runs")])) == 1


def test_nothing_is_written_into_runs(tmp_path: Path) -> None:
    run = write_record(tmp_path / "runs" / "a")
    before = sorted(run.rglob("*")), run.stat().st_mtime_ns
    find_runs([str(tmp_path / "runs")])
    assert (sorted(run.rglob("*")), run.stat().st_mtime_ns) == before
    assert RunIndex([str(tmp_path / "runs")], "x").path.startswith(str(tmp_path / "cache"))


def test_parameters_are_read_again_when_they_have_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "none"):
        write_record(tmp_path / "runs" / name)
    (tmp_path / "runs" / "none" / "trainer_params.json").unlink()
    reads: list[str] = []
    read = Run.params
    monkeypatch.setattr(Run, "params", lambda self: (reads.append(os.path.basename(self.path)), read(self))[1])

    def rates() -> list[object]:
        params = IndexedParams([str(tmp_path / "runs")])
        found = [params.of(str(tmp_path / "runs" / name)).get("learning_rate.lr") for name in ("a", "b", "none")]
        params.save()
        return found

    assert rates() == [0.001, 0.001, None] and reads == ["a", "b", "none"]
    reads.clear()
    assert rates() == [0.001, 0.001, None] and reads == ["none"]
    write_params(tmp_path / "runs" / "b", learning_rate__lr=0.25)
    reads.clear()
    assert rates() == [0.001, 0.25, None] and reads == ["b", "none"]
