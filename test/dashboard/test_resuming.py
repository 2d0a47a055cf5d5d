# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Going on with runs from the page."""

import json
from pathlib import Path

import pytest

from test.dashboard.rundirectories import GONE_PID, RunDirectory
from test.dashboard.running import wait_until
from tfaip.dashboard.actions.resuming import ResumeQueue
from tfaip.experiments.devices.slots import cpu_slots
from tfaip.runs.format.run import write_run
from tfaip.runs.format.status import State

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def queue(monkeypatch):
    monkeypatch.setattr("tfaip.dashboard.actions.resuming._MODULE", "test.dashboard.fakeresume")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return ResumeQueue(cpu_slots(["0"]), trust=["mine"])


def act(client, name, action="resume"):
    return client.post(f"/api/runs/{client.id_of(name)}/{action}")


def states(client):
    return {name: run["state"] for name, run in client.runs().items()}


def test_runs_go_on_one_in_each_slot(folder, serve, queue):
    a = RunDirectory(folder / "a", State.STOPPED, epochs=2)
    b = RunDirectory(folder / "b", State.RUNNING, epochs=2, pid=GONE_PID)
    with serve(queue=queue) as client:
        assert client.get("/api/runs", Authorization=f"Bearer {client.token}").json["actions"]["resume"]
        assert act(client, "a").status == 200
        client.wait_for(lambda runs: runs["a"]["state"] == "starting")
        assert act(client, "b").status == 200
        client.wait_for(lambda runs: runs["b"]["state"] == "queued")
        assert act(client, "a").status == 409
        (a.path / "go").write_text("on")
        client.wait_for(lambda runs: (runs["a"]["state"], runs["b"]["state"]) == ("finished", "starting"))
        (b.path / "go").write_text("on")
        client.wait_for(lambda runs: runs["b"]["state"] == "finished")
        assert act(client, "a").status == 409
        arguments, _, _, visible = json.loads((a.path / "arguments.json").read_text())
        assert arguments == [str(a.path), "--trust", "mine"]
        assert visible == ""


def test_the_folder_of_a_record_holds_no_modules(folder, serve, queue):
    run = RunDirectory(folder / "a", State.STOPPED, epochs=1)
    (folder / "work").mkdir()
    run.info.sessions[0].cwd = str(folder / "work")
    write_run(str(run.path), run.info)
    (folder / "work" / "test").mkdir()
    (folder / "work" / "test" / "__init__.py").write_text("raise SystemExit(9)")
    (run.path / "go").write_text("on")
    with serve(queue=queue) as client:
        act(client, "a")
        client.wait_for(lambda runs: runs["a"]["state"] == "finished")
        _, cwd, path, _ = json.loads((run.path / "arguments.json").read_text())
        assert cwd == str(folder / "work")
        assert not {"", cwd} & set(path)


def test_why_a_run_could_not_go_on_is_told(folder, serve, queue):
    run = RunDirectory(folder / "a", State.FAILED, epochs=1)
    (run.path / "go").write_text("fail")
    with serve(queue=queue) as client:
        act(client, "a")
        runs = client.wait_for(lambda runs: runs["a"]["queue"] and runs)
        assert runs["a"]["queue"] == "It could not go on (exit code 2): There is no checkpoint."
        assert runs["a"]["state"] == "failed"


def test_a_run_is_taken_out_of_the_queue(folder, serve, queue):
    a, _ = RunDirectory(folder / "a", State.STOPPED, epochs=1), RunDirectory(folder / "b", State.STOPPED, epochs=1)
    with serve(queue=queue) as client:
        act(client, "a")
        client.wait_for(lambda runs: runs["a"]["state"] == "starting")
        act(client, "b")
        client.wait_for(lambda runs: runs["b"]["state"] == "queued")
        assert "no longer" in act(client, "b", "stop").json["message"]
        client.wait_for(lambda runs: runs["b"]["state"] == "stopped")
        (a.path / "go").write_text("on")
        client.wait_for(lambda runs: runs["a"]["state"] == "finished")
        assert not (folder / "b" / "arguments.json").exists()


def test_what_was_started_goes_on_after_the_end_of_the_dashboard(folder, serve, queue):
    a = RunDirectory(folder / "a", State.STOPPED, epochs=1)
    with serve(queue=queue) as client:
        act(client, "a")
        wait_until((a.path / "arguments.json").exists)
    (a.path / "go").write_text("on")
    wait_until(lambda: json.loads((a.path / "status.json").read_text())["state"] == "finished")


def test_only_runs_that_are_over_are_resumed(folder, serve, queue):
    for state in (State.RUNNING, State.FINISHED):
        RunDirectory(folder / state.value, state, epochs=1)
    RunDirectory(folder / "bare", State.STOPPED, epochs=1).path.joinpath("trainer_params.json").unlink()
    with serve(queue=queue) as client:
        for name in ("running", "finished", "bare"):
            assert act(client, name).status == 409, name


def test_without_slots_nothing_is_resumed(folder, serve):
    RunDirectory(folder / "a", State.STOPPED, epochs=1)
    with serve() as client:
        assert act(client, "a").status == 403
