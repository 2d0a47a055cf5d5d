# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""tfaip-experimenter runs the rows of a sheet, and goes on where it was."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from test.experiments.sheet.sheets import row, table, write_csv, write_workbook
from test.experiments.waiting import DEADLINE, wait_for
from tfaip.experiments.sheet.mistakes import SheetErrors
from tfaip.runs.format.process import is_alive
from tfaip.runs.format.run import RunInfo, write_run
from tfaip.runs.format.status import State, Status, write_status
from tfaip.scripts import experimenter
from tfaip.scripts.xlsxexperimenter.run_xlsx_experimenter import Device, Parameter, XLSXExperimenter
from tfaip.util.errors import UserError

ROOT = Path(__file__).resolve().parents[3]

# writes what it was called with; does what its first argument says
JOB = """
import os, pathlib, signal, sys, time
with open("calls.txt", "a") as file:
    file.write(" ".join([os.environ["ID"], *sys.argv[1:]]) + "\\n")
what = sys.argv[sys.argv.index("--what") + 1]
print("output of", os.environ["ID"])
if what == "kill" and not os.path.exists("killed"):
    pathlib.Path("killed").touch()
    os.kill(os.getpid(), signal.SIGKILL)
if what == "wait":
    signal.signal(signal.SIGTERM, lambda *_: (print("saved"), sys.exit(143)))
    pathlib.Path("waiting").write_text(str(os.getpid()))
    while not os.path.exists("go"):
        time.sleep(0.02)
sys.exit(1 if what == "fail" else 2 if what == "wrong" else 0)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "job.py").write_text(JOB)
    return tmp_path


@pytest.fixture
def sheet(folder):
    """Writes a sheet whose rows do what the words say."""

    def write(*words):
        rows = [row(i, word, script="job.py") for i, word in enumerate(words, 1)]
        return write_csv(folder / "plan.csv", table(["what"], rows))

    return write


def calls(folder):
    path = folder / "calls.txt"
    return [line.split()[0] for line in path.read_text().splitlines()] if path.exists() else []


def run(path, *args):
    return experimenter.main(["--xlsx", path, *args])


def test_all_rows_are_run_with_their_logs_and_the_state_tells_them(folder, sheet, capsys):
    assert run(sheet("ok", "ok", "ok"), "--cpus", "0", "1") == 0
    assert sorted(calls(folder)) == ["1", "2", "3"]
    assert (folder / "plan.csv.jobs" / "2.log").read_text().endswith("output of 2\n")
    jobs = json.loads((folder / "plan.csv.jobs" / "state.json").read_text())["jobs"]
    assert {name: job["state"] for name, job in jobs.items()} == dict.fromkeys("123", "finished")
    out = capsys.readouterr().out
    assert out.startswith("3 experiments: 3 to run\n")
    assert out.endswith("3 finished\n")


def test_one_that_fails_does_not_stop_the_others_and_counts_in_the_exit_code(folder, sheet, capsys):
    assert run(sheet("ok", "fail", "ok")) == 1
    assert calls(folder) == ["1", "2", "3"]
    out = capsys.readouterr().out
    assert "2: exit code 1. plan.csv.jobs/2.log ends with\n" in out.replace(str(folder) + os.sep, "")
    assert "  output of 2\n" in out
    assert out.endswith("2 finished, 1 failed\n")


def test_the_same_sheet_again_runs_only_what_has_not_finished(folder, sheet, capsys):
    path = sheet("ok", "fail", "ok")
    run(path)
    capsys.readouterr()
    assert run(path) == 1
    assert calls(folder) == ["1", "2", "3", "2"]
    assert capsys.readouterr().out.startswith("3 experiments: 1 to go on, 2 finished before\n")
    # another command is another experiment
    assert run(sheet("ok", "ok", "ok")) == 0
    assert calls(folder)[4:] == ["2"]
    assert run(path, "--restart") == 0
    assert calls(folder)[5:] == ["1", "2", "3"]


def test_a_killed_experiment_is_tried_again_if_that_is_wanted(folder, sheet, monkeypatch):
    monkeypatch.setattr("tfaip.experiments.scheduler.retries.RetryPolicy.wait", lambda self, attempts: 0.0)
    assert run(sheet("kill", "wrong"), "--retries", "2") == 1
    assert sorted(calls(folder)) == ["1", "1", "2"], "a mistake of the user is not tried again"


def test_dry_run_shows_the_commands_and_leaves_nothing(folder, sheet, capsys):
    before = sorted(os.listdir(folder))
    path = sheet("ok", "ok")
    assert run(path, "--dry_run") == 0
    assert capsys.readouterr().out.splitlines() == [f"{sys.executable} job.py --what ok"] * 2
    assert sorted(os.listdir(folder)) == sorted([*before, "plan.csv"])


def test_nothing_is_started_or_written_if_a_cell_is_wrong(folder):
    rows = [row(1, "ok", script="job.py"), row(2, "ok", script="tfaip-trian x"), row(3, '"', script="job.py")]
    path = write_csv(folder / "plan.csv", table(["what:split"], rows))
    before = sorted(os.listdir(folder))
    with pytest.raises(SheetErrors) as error:
        run(path)
    assert [mistake.where for mistake in error.value.mistakes] == ["plan!G6", "plan!D5"]
    assert "Did you mean tfaip-train" in str(error.value)
    assert sorted(os.listdir(folder)) == before


@pytest.fixture
def start(folder):
    """Starts the program in a process of its own."""
    started = []

    def start_program(path, *args):
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tfaip.scripts.experimenter", "--xlsx", path, *args]
        started.append(subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start_program
    (folder / "go").touch()
    for process in started:
        process.kill()
        process.communicate()


def pid_of_job(folder):
    path = folder / "waiting"
    return int(wait_for(lambda: path.exists() and path.read_text(), "the start of the job"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_experiments_and_the_sheet_goes_on_later(folder, sheet, start, number, code):
    path = sheet("wait", "ok")
    process = start(path)
    pid = pid_of_job(folder)
    process.send_signal(number)
    out, _ = process.communicate(timeout=DEADLINE)
    assert process.returncode == code
    assert not is_alive(pid, None)
    assert "saved" in (folder / "plan.csv.jobs" / "1.log").read_text()
    assert out.endswith("1 queued, 1 stopped\n")
    (folder / "go").touch()
    assert run(path) == 0
    assert calls(folder) == ["1", "1", "2"]


def test_two_experimenters_do_not_work_on_one_sheet(folder, sheet, start):
    path = sheet("wait")
    start(path)
    pid_of_job(folder)
    with pytest.raises(UserError, match="Another experimenter is at work"):
        run(path)


def test_an_experiment_that_outlives_its_killed_experimenter_is_not_started_twice(folder, sheet, start):
    path = sheet("wait", "ok")
    process = start(path)
    pid = pid_of_job(folder)
    process.kill()
    process.wait(DEADLINE)
    with pytest.raises(SheetErrors) as error:
        run(path)
    assert error.value.mistakes[0].got == f"process {pid}"
    (folder / "go").touch()
    wait_for(lambda: not is_alive(pid, None), "the end of the job")
    assert run(path) == 0
    assert calls(folder) == ["1", "1", "2"]


def cleanup_sheet(folder, output_dir="models/a"):
    rows = [row(1, "ok", output_dir, script="job.py", cleanup="x")]
    groups = ["default", "trainer"]
    return write_csv(folder / "plan.csv", table(["what", "output_dir"], rows, groups=groups))


@pytest.fixture
def old_run(folder):
    (folder / "models" / "a").mkdir(parents=True)
    write_run(str(folder / "models" / "a"), RunInfo(name="a"))
    return folder / "models" / "a"


def test_cleanup_removes_a_run_only_if_it_is_allowed_to_and_only_once(folder, old_run):
    path = cleanup_sheet(folder)
    with pytest.raises(UserError, match="--cleanup allows it"):
        run(path)
    assert old_run.exists() and not calls(folder)
    assert run(path, "--cleanup") == 0
    assert not old_run.exists()
    old_run.mkdir()
    write_run(str(old_run), RunInfo(name="a"))
    assert run(path, "--cleanup") == 0
    assert old_run.exists(), "the row has finished: its results stay"


@pytest.mark.parametrize(("answer", "is_removed"), [("y", True), ("", False)])
def test_cleanup_asks_at_a_terminal(folder, old_run, monkeypatch, answer, is_removed):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda prompt: answer)
    if is_removed:
        assert run(cleanup_sheet(folder)) == 0
    else:
        with pytest.raises(UserError, match="Nothing was removed"):
            run(cleanup_sheet(folder))
    assert old_run.exists() is not is_removed


def test_cleanup_of_what_is_no_run_is_a_mistake_of_the_sheet(folder):
    (folder / "data").mkdir()
    (folder / "data" / "image.png").touch()
    with pytest.raises(SheetErrors, match="plan!F4, data"):
        run(cleanup_sheet(folder, "data"), "--cleanup")
    assert (folder / "data" / "image.png").exists()


def test_update_writes_the_results_and_runs_nothing(folder, capsys):
    rows = [row(1, "ok", "models/a", script="job.py")]
    path = write_workbook(folder / "plan.xlsx", table(["what", "output_dir"], rows, groups=["default", "trainer"]))
    (folder / "models" / "a").mkdir(parents=True)
    write_status(str(folder / "models" / "a"), Status(State.FINISHED, t=1.0, epoch=3, last={"val_acc": 0.5}))
    assert run(path, "--update") == 0
    assert capsys.readouterr().out == f"Results: {path}\n"
    book = load_workbook(path)
    assert [list(cells) for cells in book.worksheets[1].iter_rows(values_only=True)] == [
        ["ID", "what", "trainer.output_dir", "val_acc", "epoch", "state"],
        [1, "ok", "models/a", 0.5, 3, "finished"],
    ]
    assert not calls(folder)


def test_the_published_class_takes_the_published_arguments(sheet):
    path = sheet("ok")
    made = XLSXExperimenter(path, gpus=None, cpus=[0, 1], dry_run=True, python=None, use_ts=False, update_mode=False)
    assert made.devices == [Device("0"), Device("1")]
    assert made.run() == 0
    with pytest.raises(FileNotFoundError):
        XLSXExperimenter("none.xlsx")
    with pytest.raises(ValueError, match="either on GPUs or on CPUs"):
        XLSXExperimenter(path, gpus=[0], cpus=[0])


def test_the_label_of_a_parameter_is_read_as_published():
    parameter = Parameter.parse("post_distortions:split:allow_empty", True)
    assert (parameter.name, parameter.split, parameter.allow_empty) == ("post_distortions", True, True)
    assert parameter.to_str("a b") == "a b"
    assert parameter.to_str(None) == ""


def test_another_python_must_be_there(sheet):
    with pytest.raises(UserError, match="no such Python"):
        run(sheet("ok"), "--python", "/no/such/python")


def test_a_row_cannot_choose_the_gpu_that_the_scheduler_chooses(folder):
    path = write_csv(
        folder / "p.csv", table(["what", "gpus"], [row(1, "ok", "1", script="job.py")], groups=["default", "device"])
    )
    with pytest.raises(SheetErrors, match="The GPU is chosen by --gpus"):
        run(path, "--gpus", "0")
