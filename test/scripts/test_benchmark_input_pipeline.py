# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-benchmark-input-pipeline`` measures the training data, for a time or until Ctrl-C."""

import json
import signal
import subprocess
import sys
import tomllib

import pytest

from test.conftest import ROOT
from tfaip.scripts import benchmark_input_pipeline
from tfaip.util.errors import UserError

SCENARIO = "waves.scenario:WaveScenario"
SMALL = ["--train.n", "64", "--train.batch_size", "8", "--train.num_processes", "0"]


def table(text):
    """Return the rows of the printed table by name."""
    rows = [line.split() for line in text.splitlines()]
    return {row[0]: [float(value) for value in row[1:]] for row in rows if row and row[0] in ("batches", "samples")}


def test_rates_are_printed_after_the_time_limit_though_the_data_are_short(capsys):
    assert benchmark_input_pipeline.main([SCENARIO, *SMALL, "--time_limit", "1"]) == 0
    rows = table(capsys.readouterr().out)
    (batches, batches_per_second, _), (samples, samples_per_second, _) = rows["batches"], rows["samples"]
    assert batches > 8  # more than one pass
    assert samples == 8 * batches
    assert samples_per_second == pytest.approx(8 * batches_per_second, rel=1e-3)


def test_results_are_printed_as_json(capsys):
    assert benchmark_input_pipeline.main([SCENARIO, *SMALL, "--time_limit", "1", "--rate", "1e12", "--json"]) == 0
    printed, progress = capsys.readouterr()
    results = json.loads(printed)
    assert results["samples"] == 8 * results["batches"] > 0
    assert results["parts"][0]["name"] == "data generator"
    assert results["bound_by"]["name"] in [part["name"] for part in results["parts"]]
    assert results["memory"]["main"] > 0
    assert results["wanted"] == {"samples_per_second": 1e12, "worker_processes": None}
    assert "first batch after" in progress


def test_the_verdict_follows_the_table(capsys):
    assert benchmark_input_pipeline.main([SCENARIO, *SMALL, "--time_limit", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("data generator") for line in lines)
    assert any(line.startswith("Bound by ") for line in lines)


def test_preloaded_data_are_measured_too(capsys):
    args = [SCENARIO, *SMALL, "--time_limit", "1", "--trainer.preload_data", "True"]
    assert benchmark_input_pipeline.main([*args, "--trainer.preload_data_progress_bar", "False"]) == 0
    assert table(capsys.readouterr().out)["samples"][0] > 0


def test_interrupt_prints_the_result_so_far():
    command = [sys.executable, "-m", "tfaip.scripts.benchmark_input_pipeline", SCENARIO, *SMALL]
    command[command.index("--train.num_processes") + 1] = "2"
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while "samples/s" not in process.stderr.readline():
            assert process.poll() is None
        process.stdout.flush()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "samples" in table(out)
    assert "Bound by " in out
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--time_limit", "0"], "no time to measure"),
        (["--rate", "-3"], "This is no rate"),
        (["--time_limit", "soon"], "--time_limit has a wrong value"),
        (["--time_limit", "1", "--train.n", "0"], "no training sample"),
        (["--time_limt", "1"], "Did you mean --time_limit"),
    ],
)
def test_mistakes_are_explained(args, message):
    with pytest.raises(UserError, match=message):
        benchmark_input_pipeline.main([SCENARIO, *args])


def test_both_names_are_console_scripts():
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    for name in ("tfaip-benchmark-input-pipeline", "tfaip-benchmark-scenario-input-pipeline"):
        assert scripts[name] == "tfaip.scripts.benchmark_input_pipeline:run"
