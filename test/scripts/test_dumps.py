# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``--dump``, ``--out``, and ``tfaip-evaluate``, which reads the dumps."""

import io
import json
import os
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest

from tfaip import Sample
from tfaip.data.samplefile import SampleFileReader, SampleFileWriter, read_samples
from tfaip.scripts import evaluate, lav, lav_multi, predict
from tfaip.scripts.evaluationoutput import ResultsOutput, table
from tfaip.util.errors import UserError, UserFileNotFoundError

SMALL = ["--data.n", "5", "--pipeline.batch_size", "2", "--lav.silent", "True"]


@pytest.fixture(scope="module")
def dump(model_dirs, tmp_path_factory):
    """A dump of tfaip-lav, and the evaluator's value of it."""
    path = tmp_path_factory.mktemp("dump") / "dump.samples"
    assert lav.main(["--export_dir", model_dirs[0], *SMALL, "--dump", str(path)]) == 0
    (about,) = SampleFileReader(path).attributes["lists"]
    return path, about["result"]["eval_acc"]


def evaluate_json(capsys, *args):
    assert evaluate.main([str(arg) for arg in args]) == 0
    captured = capsys.readouterr()
    return json.loads(captured.out), captured.err


# ---------------------------------------------------------------------- tfaip-lav --dump
def test_a_dump_holds_targets_outputs_meta_and_result(dump, model_dirs):
    reader = SampleFileReader(dump[0])
    (about,) = reader.attributes["lists"]
    assert about["samples"] == 5
    assert set(about["result"]) == {"loss", "loss/mean_epoch", "ce", "acc", "eval_acc"}
    assert about["model"] == model_dirs[0]
    assert about["data"]["n"] == 5
    samples = list(reader)
    assert [sample.meta["index"] for sample in samples] == list(range(5))
    assert [sample.targets["gt"].tolist() for sample in samples] == [[0], [1], [0], [1], [0]]
    assert {sample.outputs["label"] for sample in samples} <= {"negative", "positive"}
    assert all(sample.inputs is None for sample in samples)
    right = [sample.outputs["class"] == sample.targets["gt"][0] for sample in samples]
    assert np.mean(right) == pytest.approx(dump[1])


def test_a_dump_holds_the_inputs_on_request(model_dirs, tmp_path, capsys):
    path = tmp_path / "dump"
    assert lav.main(["--export_dir", model_dirs[0], *SMALL, "--dump", str(path), "--dump_inputs"]) == 0
    assert [sample.inputs["x"].shape for sample in read_samples(path)] == [(2,)] * 5


@pytest.mark.parametrize("name", ["dump.pkl", "dump.PICKLE"])
def test_a_dump_of_that_name_is_a_pickle(model_dirs, tmp_path, name, capsys):
    assert lav.main(["--export_dir", model_dirs[0], *SMALL, "--dump", str(tmp_path / name)]) == 0
    content = pickle.loads((tmp_path / name).read_bytes())
    assert len(content["target_prediction_pairs"]) == 5
    assert content["result"] == json.loads(capsys.readouterr().out)


def test_a_failed_evaluation_leaves_the_old_dump(model_dirs, tmp_path):
    (tmp_path / "dump").write_text("old")
    with pytest.raises(UserError, match="cannot read"):
        lav.main(["--export_dir", model_dirs[0], *SMALL, "--data.broken", "3", "--dump", str(tmp_path / "dump")])
    assert (tmp_path / "dump").read_text() == "old"
    assert os.listdir(tmp_path) == ["dump"]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--dump", "no/dump"], "--dump"),
        (["--out", "no/out"], "--out"),
        (["--dump", "."], "no file"),
        (["--dump", "/dev/null"], "no file"),
        (["--dump_inputs"], "--dump_inputs"),
        (["--dump", "a.pkl", "--dump_inputs"], "--dump_inputs"),
    ],
)
def test_files_that_cannot_be_written_are_refused_before_anything_runs(tmp_path, monkeypatch, flags, message):
    monkeypatch.chdir(tmp_path)
    for program, flag in ((lav, "--export_dir"), (lav_multi, "--export_dirs")):
        with pytest.raises(UserError, match=message):
            program.main([flag, "no model", *flags])


# ---------------------------------------------------------------------- several models
def test_several_models_are_dumped_after_their_vote(model_dirs, tmp_path, capsys):
    path = tmp_path / "dump"
    assert lav_multi.main(["--export_dirs", *model_dirs, *SMALL, "--dump", str(path)]) == 0
    assert [len(sample.outputs["voters"]) for sample in read_samples(path)] == [2] * 5
    voted = json.loads(capsys.readouterr().out)
    (about,) = SampleFileReader(path).attributes["lists"]
    assert about["result"] == voted
    assert about["model"] == model_dirs
    assert evaluate_json(capsys, "--prediction", path, "--scenario", model_dirs[0])[0] == voted


def test_each_model_is_evaluated_alone_with_losses_and_metrics(model_dirs, tmp_path, capsys):
    alone = []
    for model in model_dirs:
        assert lav.main(["--export_dir", model, *SMALL]) == 0
        alone.append(json.loads(capsys.readouterr().out))
    out, dump = tmp_path / "out.json", tmp_path / "dump"
    flags = ["--models", "both", "--out", str(out), "--dump", str(dump)]
    assert lav_multi.main(["--export_dirs", *model_dirs, *SMALL, *flags]) == 0
    captured = capsys.readouterr()
    results = json.loads(captured.out)
    assert [result["model"] for result in results] == ["voted", *model_dirs]
    assert list(results[0]["values"]) == ["eval_acc"]
    for result, expected in zip(results[1:], alone, strict=True):
        assert result["values"] == pytest.approx(expected)
    assert all(path in captured.err for path in model_dirs)
    stored = json.loads(out.read_text())
    assert [entry["values"] for entry in stored["results"]] == [result["values"] for result in results]
    assert [(entry["samples"], entry["data"]["n"]) for entry in stored["results"]] == [(5, 5)] * 3
    assert evaluate.main(["--prediction", str(dump), "--scenario", model_dirs[0]]) == 0
    assert capsys.readouterr().err.splitlines()[-2].split() == ["voted", *model_dirs]
    lists = SampleFileReader(dump).attributes["lists"]
    assert [(about["model"], about["samples"]) for about in lists] == [
        (model_dirs, 5),
        *((model, 5) for model in model_dirs),
    ]


@pytest.mark.parametrize("models", ["voted", "each"])
def test_the_file_of_results_lists_what_could_not_be_read(model_dirs, tmp_path, models):
    out = tmp_path / "out.json"
    flags = [*SMALL, "--data.broken", "1", "3", "--pipeline.sample_errors", "skip", "--models", models]
    assert lav_multi.main(["--export_dirs", *model_dirs, *flags, "--out", str(out)]) == 0
    for entry in json.loads(out.read_text())["results"]:
        assert [skipped["index"] for skipped in entry["skipped"]] == [1, 3]
        assert all("not a pair of numbers" in skipped["message"] for skipped in entry["skipped"])


def test_a_pickle_cannot_hold_several_models(model_dirs):
    with pytest.raises(UserError, match="one evaluation"):
        lav_multi.main(["--export_dirs", *model_dirs, "--models", "each", "--dump", "dump.pkl"])


# ---------------------------------------------------------------------- tfaip-evaluate
def test_evaluating_a_dump_gives_the_values_of_the_evaluation(dump, model_dirs, capsys, tmp_path):
    out = tmp_path / "out.json"
    result, err = evaluate_json(capsys, "--prediction", dump[0], "--scenario", model_dirs[0], "--out", out)
    assert result == {"eval_acc": dump[1]}
    assert "eval_acc" in err
    (entry,) = json.loads(out.read_text())["results"]
    assert entry["values"] == result
    assert (entry["samples"], entry["model"], entry["data"]["n"]) == (5, model_dirs[0], 5)


def test_evaluating_a_prediction_gives_the_values_of_load_and_validate(dump, model_dirs, capsys, tmp_path):
    path = tmp_path / "predictions"
    args = ["--export_dir", model_dirs[0], "--data.n", "5", "--predict.silent", "True", "--include_targets"]
    assert predict.main([*args, "--dump_prediction", str(path)]) == 0
    capsys.readouterr()
    assert evaluate_json(capsys, "--prediction", path, "--scenario", model_dirs[0])[0] == {"eval_acc": dump[1]}


def test_each_list_of_a_dump_is_evaluated(model_dirs, tmp_path, capsys):
    sample = Sample(targets={"gt": np.array([1])}, outputs={"class": 1, "label": "positive"}, meta={"index": 0})
    lists = [{"samples": 1}, {"samples": 2}]
    with SampleFileWriter(tmp_path / "dump", {"lists": lists}) as file:
        file.write(sample)
        file.write(sample.new_outputs({"class": 0, "label": "negative"}))
        file.write(sample)
    args = ["--prediction", tmp_path / "dump", "--scenario", model_dirs[0], "--out", tmp_path / "out"]
    assert evaluate.main([str(arg) for arg in args]) == 0
    stored = json.loads((tmp_path / "out").read_text())
    assert [entry["values"]["eval_acc"] for entry in stored["results"]] == [1.0, 0.5]
    assert "list 1" in capsys.readouterr().err


@pytest.mark.parametrize("lists", [3, [3], [{"samples": 5}], [{"samples": -1}, {"samples": 2}], [{"samples": "1"}]])
def test_lists_that_do_not_add_up_are_refused(model_dirs, tmp_path, lists):
    with SampleFileWriter(tmp_path / "dump", {"lists": lists}) as file:
        file.write(Sample(outputs=1))
    with pytest.raises(UserError, match="add up"):
        evaluate.main(["--prediction", str(tmp_path / "dump"), "--scenario", model_dirs[0]])


def dump_of_1_2(path: Path, samples):
    with tarfile.open(path, "w:gz") as archive:
        for index, sample in enumerate(samples):
            content = pickle.dumps(sample)
            info = tarfile.TarInfo(f"{index}.pred")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize("kind", ["archive of 1.2", "pickle of --dump"])
def test_pickles_are_read_only_on_request_and_with_a_warning(dump, model_dirs, tmp_path, capsys, caplog, kind):
    samples = list(read_samples(dump[0]))
    path = tmp_path / "predictions.tar.gz"
    if kind == "archive of 1.2":
        dump_of_1_2(path, samples)
    else:
        path = tmp_path / "dump.pkl"
        args = ["--export_dir", model_dirs[0], *SMALL, "--dump", str(path)]
        assert lav.main(args) == 0
    capsys.readouterr()
    args = ["--prediction", path, "--scenario", model_dirs[0]]
    with pytest.raises(UserError, match="--allow_pickle"):
        evaluate.main([str(arg) for arg in args])
    if kind == "pickle of --dump":
        # its pairs lack the meta data, which this evaluator looks at
        with pytest.raises(UserError, match=r"without inputs|sample 0"):
            evaluate.main([*map(str, args), "--allow_pickle"])
    else:
        assert evaluate_json(capsys, *args, "--allow_pickle")[0] == {"eval_acc": dump[1]}
    assert "can run any code" in caplog.text


def test_an_evaluator_that_misses_targets_says_how_to_dump_them(dump, model_dirs, tmp_path):
    with SampleFileWriter(tmp_path / "dump") as file:
        for sample in read_samples(dump[0]):
            file.write(sample.new_targets({}))
    with pytest.raises(UserError, match=r"without inputs and targets[\s\S]*sample 0[\s\S]*gt"):
        evaluate.main(["--prediction", str(tmp_path / "dump"), "--scenario", model_dirs[0]])


def test_missing_and_wrong_files_are_named_before_anything_is_imported(model_dirs, tmp_path):
    with pytest.raises(UserFileNotFoundError, match="no written predictions"):
        evaluate.main(["--prediction", str(tmp_path / "none"), "--scenario", str(tmp_path / "none")])
    (tmp_path / "text").write_text("text")
    with pytest.raises(UserError, match="file of samples"):
        evaluate.main(["--prediction", str(tmp_path / "text"), "--scenario", str(tmp_path / "none")])
    with SampleFileWriter(tmp_path / "empty"):
        pass
    with pytest.raises(UserError, match="no samples to evaluate"):
        evaluate.main(["--prediction", str(tmp_path / "empty"), "--scenario", model_dirs[0]])
    with pytest.raises(UserError, match="none"):
        evaluate.main(["--prediction", str(tmp_path / "empty"), "--scenario", str(tmp_path / "none")])


# ---------------------------------------------------------------------- results
def test_the_table_shows_all_values_of_all_results():
    values = {"acc": np.float32(0.5), "n": 3, "matrix": np.eye(2), "summary": b"abc", "nothing": None}
    lines = table([values, {"acc": 0.25, "more": "text"}], ["list 0", "list 1"])
    assert lines[0].split() == ["list", "0", "list", "1"]
    assert lines[1].split() == ["acc", "0.5", "0.25"]
    assert [line.split()[0] for line in lines[1:]] == ["acc", "n", "matrix", "summary", "nothing", "more"]
    assert len({len(line) for line in lines[:2]}) == 1
    assert table([], []) == table([{}], ["value"]) == []


def test_the_file_of_results_is_json_that_everybody_reads(tmp_path, capsys):
    output = ResultsOutput("program", str(tmp_path / "out.json"))
    values = {"acc": np.float32(0.5), "nan": float("nan"), "array": np.array([1.0, np.inf]), "bytes": b"abc"}
    output.add(values, samples=3)
    output.finish()

    def refuse(constant):
        raise ValueError(constant)

    stored = json.loads((tmp_path / "out.json").read_text(), parse_constant=refuse)
    assert stored["format"] == "tfaip results"
    assert stored["results"] == [
        {"samples": 3, "values": {"acc": 0.5, "nan": None, "array": [1.0, None], "bytes": "<3 bytes>"}}
    ]
