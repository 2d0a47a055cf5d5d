# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""tfaip-runs lists, shows and compares runs, and changes nothing but what its user says about them."""

import csv
import importlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from test.architecture.imports import ROOT
from test.runs.writing import PARAMS, write_code, write_events, write_params, write_record
from test.scripts.runs import tree_hash
from tfaip.runs.format.status import RunError, State
from tfaip.scripts.runs import COMMANDS, main
from tfaip.util.errors import UserError


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a directory with three runs, which is the working directory."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "runs"
    sgd = {"momentum": 0.5, "__cls__": "tfaip.trainer.optimizer.optimizers:SGDOptimizer"}
    for name, acc, optimizer in (("a", 0.5, PARAMS["optimizer"]), ("b", 0.9, sgd), ("deep/c", 0.7, sgd)):
        run = write_record(folder / name, State.FAILED if name == "a" else State.FINISHED, acc, error=RunError("broke"))
        write_params(run, optimizer=optimizer)
        write_code(run, {"model.py": f"acc = {acc}\n"})
    monkeypatch.chdir(folder)
    return folder


def run_main(capsys: pytest.CaptureFixture[str], *args: str) -> list[str]:
    assert main(list(args)) == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_a_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        main([name, "--help"])
    assert exit_info.value.code == 0
    assert f"usage: tfaip-runs {name}" in capsys.readouterr().out
    assert (importlib.import_module(COMMANDS[name].module).__doc__ or "").startswith(f"``tfaip-runs {name}``")


def test_runs_are_listed_in_the_order_that_is_asked_for(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [line.split()[0] for line in run_main(capsys, "ls", "--sort", "val_acc")] == ["run", "b", "deep/c", "a"]
    lines = run_main(capsys, "ls", "--where", "optimizer=SGD", "--where", "val_acc<0.8")
    assert [line.split()[0] for line in lines] == ["run", "deep/c"]
    assert [line.split() for line in run_main(capsys, "ls", "a", "--columns", "state,error", "--add", "optimizer")] == [
        ["state", "error", "optimizer"],
        ["failed", "broke", "Adam"],
    ]
    lines = run_main(capsys, "ls", "--state", "finished", "--sort", "run", "--reverse", "--limit", "1")
    assert [line.split()[0] for line in lines] == ["run", "deep/c"]


def test_lists_for_programs(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = json.loads("".join(run_main(capsys, "ls", "--json", "--sort", "run", "--add", "optimizer.momentum")))
    assert (content[0]["label"], content[0]["state"], content[0]["best"]["value"]) == ("a", "failed", 0.5)
    assert [run["columns"]["optimizer.momentum"] for run in content] == [None, 0.5, 0.5]
    rows = list(csv.DictReader(io.StringIO("\n".join(run_main(capsys, "ls", "--csv", "--sort", "run")))))
    assert rows[0]["run"] == "a" and float(rows[0]["best"]) == 0.5


def test_where_there_are_no_runs_that_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("ls", "compare", "report"):
        assert main([command, str(tmp_path)]) == 0
        assert "There are no runs" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "args",
    [
        *[
            ["ls", "no"],
            ["ls", "--where", "x"],
            ["ls", "--sort", "no"],
            ["show", "."],
            ["show", "no"],
            ["diff", "a", "no"],
        ],
        *[["compare", "--metric", "no"], ["report", "--output", "no/where/report.html"], ["tag", "."], ["lss"], []],
        *[["tag", "a", "--add", " "], ["ls", "--state", "happy"], ["note", "old"], ["ls", "a/train.log"]],
    ],
)
def test_mistakes_are_told_and_nothing_is_written(runs: Path, args: list[str]) -> None:
    write_events(runs / "old" / "train" / "events.out.tfevents.1", [("epoch_loss", 0, 1.0)])
    before = tree_hash(runs)
    with pytest.raises(UserError):
        main(args)
    assert tree_hash(runs) == before


def test_a_run_is_shown(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(run_main(capsys, "show", "a", "--params", "opt", "--log", "1"))
    for part in (
        "failed",
        "4/4 epochs, 100 %",
        "val_acc 0.5000 (epoch 4)",
        "broke",
        "tfaip-train pkg",
        "c0ffee on main",
    ):
        assert part in text
    assert "optimizer.beta_1" in text and "learning_rate" not in text and text.endswith("INFO: it ended")
    assert "INFO: it began" not in text and "code/1: 1 files" in text
    content = json.loads("\n".join(run_main(capsys, "show", "a", "--json")))
    assert content["params"]["optimizer"] == "Adam" and "model.py" in content["code"]["files"]


def test_runs_are_compared(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line.split() for line in run_main(capsys, "compare")]
    assert ["optimizer", "Adam", "SGD", "SGD"] in lines and ["optimizer.momentum", "-", "0.5", "0.5"] in lines
    assert ["val_acc", "[2]", "▁▆██", "0.8750", "0.8000", "1", "0.8750", "4"] in lines
    assert not any(line[:1] == ["loss"] for line in map(str.split, run_main(capsys, "compare", "--metric", "val_acc")))
    content = json.loads("".join(run_main(capsys, "compare", "--json")))
    assert [run["label"] for run in content["runs"]] == ["a", "b", "deep/c"]
    assert {entry["name"] for entry in content["values"]} == {"val_acc", "loss"}


def test_many_runs_are_compared_in_blocks_that_fit(
    runs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "28")
    lines = [line.split() for line in run_main(capsys, "compare")]
    heads = [line for line in lines if line[:1] == ["parameter"]]
    assert heads == [["parameter", "[1]"], ["parameter", "[2]"], ["parameter", "[3]"]]


def test_equal_runs_end_with_0_and_others_with_1(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "a", "a"]) == 0
    assert capsys.readouterr().out.strip() == ""
    assert main(["diff", "a", "b"]) == 1
    text = capsys.readouterr().out
    assert "optimizer.momentum" in text and "M model.py" in text and "+acc" not in text
    assert main(["diff", "a", "b", "--code"]) == 1
    assert "-acc = 0.5\n+acc = 0.9" in capsys.readouterr().out
    assert main(["diff", "a", "b", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["files"]["changed"] == ["model.py"]


def test_a_report_is_written(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_main(capsys, "report", "a", "b", "--output", "out.html", "--title", "My runs") == ["out.html: 2 runs"]
    text = (runs / "out.html").read_text()
    assert "<h1>My runs</h1>" in text and "optimizer.momentum" in text


def test_tags_and_notes_are_kept(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree_hash(runs)
    assert run_main(capsys, "tag", "a", "b", "--add", "x", "--add", "y") == ["a: x, y", "b: x, y"]
    assert run_main(capsys, "tag", "a", "--remove", "x") == ["a: y"]
    assert run_main(capsys, "note", "a", "Nice\x1b") == ["Nice\\x1b"]
    assert run_main(capsys, "note", "a") == ["Nice\\x1b"]
    assert len(run_main(capsys, "ls", "--where", "tags=y", "--where", "note~nice")) == 2
    after = tree_hash(runs)
    assert {name for name in after if after[name] != before[name]} == {"a/run.json", "b/run.json"}


def run_program(*args: str, **kwargs: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tfaip.scripts.runs", *args]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, text=True, stderr=subprocess.PIPE, timeout=120, **kwargs)  # type: ignore[call-overload, no-any-return]


def test_a_reader_that_goes_away_is_no_error(runs: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    result = run_program("ls", "--json", stdout=writing)
    os.close(writing)
    assert (result.returncode, result.stderr) == (141, "")


def test_a_mistake_ends_with_2_and_without_traceback(runs: Path) -> None:
    result = run_program("show", "no", stdout=subprocess.PIPE)
    assert result.returncode == 2 and result.stderr.startswith("error: There is nothing at this path.")


def test_a_list_needs_neither_tensorflow_nor_numpy(runs: Path) -> None:
    code = (
        "import sys; from tfaip.scripts.runs import main; main(['ls']); "
        "print([name for name in ('tensorflow', 'keras', 'numpy', 'rich', 'yaml') if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    output = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert output.stdout.splitlines()[-1] == "[]"
