# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What ``tfaip-predict`` writes: results, samples, a report of what was skipped, a progress bar."""

import json

import numpy as np
import pytest

from test.tinyscenario.scenario import export_model
from tfaip.data.samplefile import read_samples
from tfaip.scripts import predict
from tfaip.util.errors import UserError


@pytest.fixture(scope="module")
def model_dirs(tmp_path_factory):
    paths = [str(tmp_path_factory.mktemp(f"model_{seed}")) for seed in (1, 2)]
    export_model(paths[0], seed=1)
    export_model(paths[1], seed=2, factor=-1.0)
    return paths


def run(model_dirs, *args):
    return predict.main(["--export_dir", *model_dirs, "--predict.silent", "True", *map(str, args)])


@pytest.mark.parametrize("n_models", [1, 2])
def test_results_hold_outputs_and_meta_data(model_dirs, tmp_path, capsys, n_models):
    path = tmp_path / "results.jsonl"
    assert run(model_dirs[:n_models], "--data.n", 3, "--output", path) == 0
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [row["meta"] for row in rows] == [{"index": i} for i in range(3)]
    assert all(row.keys() == {"meta", "outputs"} for row in rows)
    assert len(rows[0]["outputs"]["pred"]) == 2
    assert ("voters" in rows[0]["outputs"]) == (n_models == 2)
    assert capsys.readouterr().out == ""


def test_targets_and_columns_can_be_chosen(model_dirs, tmp_path):
    path = tmp_path / "results.csv"
    columns = ["meta.index", "targets.gt", "outputs.label"]
    args = ["--data.n", 2, "--include_targets", "--output", path, "--output_columns", *columns]
    assert run(model_dirs[:1], *args) == 0
    lines = path.read_text().splitlines()
    assert lines[0] == ",".join(columns)
    assert [line.split(",")[:2] for line in lines[1:]] == [["0", "0"], ["1", "1"]]


def test_dumped_samples_can_be_read_again(model_dirs, tmp_path):
    path = tmp_path / "prediction"
    assert run(model_dirs[:1], "--data.n", 3, "--include_targets", "--dump_prediction", path) == 0
    samples = list(read_samples(str(path)))
    assert [sample.meta["index"] for sample in samples] == [0, 1, 2]
    assert samples[1].targets["gt"] == [1]
    assert samples[0].inputs["x"].dtype == np.float32
    assert samples[0].outputs["label"] in ("negative", "positive")


def test_skipped_samples_are_written_to_a_report(model_dirs, tmp_path):
    path = tmp_path / "skipped.jsonl"
    assert run(model_dirs[:1], "--data.n", 4, "--data.broken", 1, 3, "--skipped_report", path) == 0
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(row["index"], row["meta"]) for row in rows] == [(1, {"index": 1}), (3, {"index": 3})]
    assert "cannot read" in rows[0]["message"]
    assert run(model_dirs[:1], "--data.n", 2, "--skipped_report", path) == 0
    assert path.read_text() == ""


def test_too_many_skipped_samples_are_an_error_without_a_file(model_dirs, tmp_path):
    args = ["--data.n", 5, "--data.broken", 1, 2, 3, "--pipeline.max_skipped_samples", 2]
    with pytest.raises(UserError, match="cannot read"):
        run(model_dirs[:1], *args, "--output", tmp_path / "r.jsonl", "--dump_prediction", tmp_path / "dump")
    assert list(tmp_path.iterdir()) == []


def test_it_is_an_error_if_no_sample_can_be_read(model_dirs, tmp_path):
    report = tmp_path / "skipped.jsonl"
    with pytest.raises(UserError, match=r"None of the 2 samples[\s\S]*cannot read"):
        run(
            model_dirs[:1], "--data.n", 2, "--data.broken", 0, 1, "--output", tmp_path / "r", "--skipped_report", report
        )
    assert [path.name for path in tmp_path.iterdir()] == ["skipped.jsonl"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--output", "none/r.jsonl"], "--output"),
        (["--output", "r.txt"], "not known"),
        (["--output_columns", "a"], "--output_columns"),
        (["--dump_prediction", "none/dump"], "--dump_prediction"),
        (["--skipped_report", "none/r"], "--skipped_report"),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_model_is_looked_at(args, message):
    with pytest.raises(UserError, match=message):
        predict.main(["--export_dir", "no model", *args])


def test_a_terminal_shows_samples_per_second_and_skipped_samples(model_dirs, monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert run(model_dirs[:1], "--data.n", 7, "--data.broken", 2) == 0
    shown = capsys.readouterr().err
    assert "samples/s" in shown
    assert "6/7" in shown
    assert "skipped=1" in shown
    assert run(model_dirs[:1], "--data.n", 3, "--predict.progress_bar", "False") == 0
    assert "samples/s" not in capsys.readouterr().err
