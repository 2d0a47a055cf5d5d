# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the page is told of the runs, and how it hears of changes."""

import http.client
import json
import shutil

from test.dashboard.rundirectories import GONE_PID, RunDirectory, add_runs
from test.dashboard.running import DEADLINE
from test.runs.writing import write_events
from tfaip.runs.format.metrics import Level, Rewind, Values
from tfaip.runs.format.status import State


def test_runs_are_listed_with_state_progress_best_value_and_what_differs(folder, serve):
    RunDirectory(folder / "a", learning_rate=0.1)
    RunDirectory(folder / "group" / "b", State.RUNNING, epochs=4, learning_rate=0.2)
    with serve() as client:
        runs = client.runs()
        assert {name: run["state"] for name, run in runs.items()} == {"a": "finished", "b": "running"}
        assert (runs["b"]["progress"], runs["b"]["eta"], runs["b"]["folder"]) == (0.4, 360.0, "group/b")
        assert runs["a"]["best"] == {"name": "val_acc", "value": 0.95, "epoch": 10}
        differing = client.get("/api/parameters").json
        assert differing["names"] == ["learning_rate"]
        assert differing["values"][runs["a"]["id"]] == {"learning_rate": 0.1}


def test_a_run_with_files_of_tensorboard_alone_is_shown(folder, serve):
    write_events(folder / "old" / "train" / "events.out.tfevents.1", [("epoch_loss", 0, 0.5), ("epoch_loss", 1, 0.25)])
    with serve() as client:
        run = client.runs()["old"]
        assert (run["source"], run["state"], run["epoch"]) == ("files", "unknown", 2)
        assert [item["v"] for item in client.of("old", "/metrics")["series"]] == [[0.5, 0.25]]


def test_a_killed_run_is_dead(folder, serve):
    RunDirectory(folder / "killed", State.RUNNING, epochs=2, pid=GONE_PID)
    with serve() as client:
        assert client.runs()["killed"]["state"] == "dead"


def test_only_what_has_changed_is_told(folder, serve):
    a, b = RunDirectory(folder / "a", State.RUNNING, epochs=1), RunDirectory(folder / "b")
    with serve() as client:
        first = client.get("/api/runs").json
        since = f"/api/runs?server={first['server']}&since={first['rev']}"
        assert client.get(since).json["runs"] == []
        a.train()
        a.write()
        client.wait_for(lambda runs: runs["a"]["epoch"] == 2)
        assert [run["name"] for run in client.get(since).json["runs"]] == ["a"]
        shutil.rmtree(b.path)
        client.wait_for(lambda runs: "b" not in runs)
        assert client.get(since).json["gone"] == [next(run["id"] for run in first["runs"] if run["name"] == "b")]


def test_the_numbers_of_an_earlier_server_do_not_count(folder, serve):
    RunDirectory(folder / "a")
    with serve() as client:
        assert len(client.get("/api/runs?server=another&since=1000").json["runs"]) == 1


def test_changes_are_told_by_events(folder, serve):
    run = RunDirectory(folder / "a", State.RUNNING, epochs=1)
    with serve() as client:
        rev = client.get("/api/runs").json["rev"]
        connection = http.client.HTTPConnection(*client.address, timeout=DEADLINE)
        connection.request("GET", "/api/events")
        stream = connection.getresponse()
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.readline() == b"retry: 2000\n"
        run.train()
        run.write()
        lines = iter(stream.readline, b"")
        assert any(line == b"event: change\n" for line in lines)
        assert json.loads(next(lines).partition(b":")[2])["rev"] > rev
        # the end of the server must not wait for this stream: the fixture holds that
        connection.sock.close()


def test_a_stream_that_is_open_does_not_keep_the_server_from_its_end(folder, serve):
    with serve() as client:
        connection = http.client.HTTPConnection(*client.address, timeout=DEADLINE)
        connection.request("GET", "/api/events")
        stream = connection.getresponse()
        stream.readline()
    while stream.readline():
        pass
    connection.close()


def test_values_come_bit_by_bit_and_go_back_with_a_resumed_training(folder, serve):
    run = RunDirectory(folder / "a", State.RUNNING, epochs=3)
    with serve() as client:
        first = client.of("a", "/metrics")
        loss = next(item for item in first["series"] if item["name"] == "loss" and item["split"] == "val")
        assert (loss["step"], loss["epoch"], loss["v"]) == ([20, 40, 60], [1, 2, 3], [2, 1, 2 / 3])
        path = f"/metrics?cursor={first['cursor']}"
        assert client.of("a", path)["series"] == []
        run.add(Rewind(0.0, 40, 2))
        run.add(Values(0.0, 60, 3, "val", Level.EPOCH, {"loss": float("nan")}))
        with open(run.path / "metrics.jsonl", "a") as file:
            file.write('{"t": 1, "half a li')
        update = client.of("a", path)
        assert (update["rewind"], update["reset"]) == (40, False)
        assert [(item["step"], item["v"]) for item in update["series"]] == [([60], ["NaN"])]


def test_details_hold_parameters_sessions_and_code(folder, serve):
    run = RunDirectory(folder / "a", model={"layers": [1, 2]})
    run.add_code({"package/model.py": "x = 1\n"}, patch="diff --git a/x b/x\n+y\n")
    run.add_image("input/first", 20)
    with serve() as client:
        details = client.of("a")
        assert details["parameters"]["model.layers"] == [1, 2]
        assert details["sessions"][0]["user"] == "anna"
        (snapshot,) = details["snapshots"]
        assert [file["path"] for file in snapshot["files"]] == ["package/model.py"]
        assert snapshot["packages"] == {"keras": "3.15.0"}
        assert client.of("a", "/code?of=1&path=package/model.py")["text"] == "x = 1\n"
        assert client.of("a", "/patch?of=1")["text"].endswith("+y\n")
        assert client.of("a", "/images")["images"] == [{"tag": "input/first", "steps": [20]}]
        image = client.get(f"/api/runs/{client.id_of('a')}/image?tag=input/first&step=20")
        assert image.headers["content-type"] == "image/png" and image.content.startswith(b"\x89PNG")


def test_the_log_is_followed_from_where_it_was_read(folder, serve):
    run = RunDirectory(folder / "a", State.RUNNING, epochs=1)
    with serve() as client:
        first = client.of("a", "/log")
        assert first["text"] == "INFO     begins\nINFO     epoch 1\n"
        run.train()
        assert client.of("a", f"/log?start={first['end']}")["text"] == "INFO     epoch 2\n"


def test_half_written_and_strange_files_are_survived(folder, serve):
    RunDirectory(folder / "good")
    for name, content in {"half": b'{"schema": 1, "state": "runn', "binary": b"\0\xff" * 100, "list": b"[[]]"}.items():
        run = RunDirectory(folder / name)
        for file in ("status.json", "metrics.jsonl", "trainer_params.json", "train.log"):
            (run.path / file).write_bytes(content)
    deep = RunDirectory(folder / "deep")
    (deep.path / "trainer_params.json").write_text('{"a":' * 50000 + "1" + "}" * 50000)
    (deep.path / "run.json").write_text("[" * 100000)
    with serve() as client:
        assert set(client.runs()) == {"good", "half", "binary", "list", "deep"}
        assert client.runs()["good"]["state"] == "finished"
        for name in ("half", "binary", "list", "deep"):
            for path in ("", "/metrics", "/log", "/images"):
                client.of(name, path)


def test_three_hundred_runs_are_listed(folder, serve):
    add_runs(folder, 300)
    with serve() as client:
        assert len(client.runs()) == 300
        assert client.get("/api/parameters").json["names"] == ["learning_rate"]


def test_a_folder_that_goes_and_comes_back_is_followed(folder, serve):
    RunDirectory(folder / "a")
    with serve() as client:
        assert set(client.runs()) == {"a"}
        folder.rename(folder.parent / "away")
        (folder.parent / "away").rename(folder)
        RunDirectory(folder / "b")
        client.wait_for(lambda runs: set(runs) == {"a", "b"})
