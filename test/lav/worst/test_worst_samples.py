# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The samples on which a model is worst are found, shown and written."""

import json
import math
import os

import numpy as np
import pytest

from test.tinyscenario.data import TinyData
from test.tinyscenario.model import TinyModel
from test.tinyscenario.params import TinyGeneratorParams
from test.tinyscenario.scenario import TinyEvaluator, export_model
from tfaip import LAVParams, Sample
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.samplefile import SampleFileReader
from tfaip.lav.samplevalues import SampleValues
from tfaip.lav.worst.callback import WorstSamplesCallback
from tfaip.lav.worst.files import write_worst
from tfaip.lav.worst.ranking import Criterion, Ranking, WorstSample, choose_criterion
from tfaip.scenario.livemodel import LiveModel
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.scripts import lav as lav_script
from tfaip.scripts.worstsamples import show_worst
from tfaip.util.errors import UserError, UserValueError

N = 9


@pytest.fixture(scope="module", params=["same", "different", "regularized"])
def model(request, tmp_path_factory):
    path = str(tmp_path_factory.mktemp("model"))
    export_model(path, kind=request.param)
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("model"))
    export_model(path)
    return path


def run(path, *callbacks, sizes=(N,), batch_size=4):
    scenario_cls, scenario_params = ScenarioBase.from_path(path)
    pipeline = DataPipelineParams(batch_size=batch_size, num_processes=1)
    lav = scenario_cls.create_lav(LAVParams(pipeline=pipeline, model_path=path, silent=True), scenario_params)
    return list(lav.run([TinyGeneratorParams(n=n) for n in sizes], callbacks=list(callbacks)))


def losses_one_by_one(path):
    """The loss of each sample: the difference of the sums with and without it."""
    results = run(path, sizes=range(1, N + 1))
    return np.diff([0.0, *(result["ce"] * n for n, result in enumerate(results, 1))])


def test_the_worst_samples_are_those_with_the_highest_loss_alone(model):
    worst = WorstSamplesCallback(4)
    (result,) = run(model, worst)
    losses = losses_one_by_one(model)
    (found,) = worst.lists
    assert [entry.index for entry in found] == np.argsort(-losses)[:4].tolist()
    assert [entry.values["ce"] for entry in found] == pytest.approx(np.sort(losses)[::-1][:4], abs=1e-4)
    assert [entry.sample.meta["index"] for entry in found] == [entry.index for entry in found]
    assert {entry.sample.outputs["label"] for entry in found} <= {"negative", "positive"}
    # and the values of the whole are what they are without
    assert result == pytest.approx(run(model)[0])


def test_a_metric_or_a_value_of_the_evaluator_can_be_looked_at(path):
    by_metric = WorstSamplesCallback(N, by="acc", order="lowest")
    by_evaluator = WorstSamplesCallback(N, by="eval_acc", order="lowest")
    run(path, by_metric, by_evaluator)
    right = [entry.values["acc"] for entry in by_metric.lists[0]]
    assert right == sorted(right)
    assert 0 < sum(right) < N
    assert [entry.index for entry in by_metric.lists[0]] == [entry.index for entry in by_evaluator.lists[0]]
    assert [entry.values for entry in by_evaluator.lists[0]] == [{"eval_acc": value} for value in right]


def test_several_lists_have_their_own_worst_samples(path):
    for by in (None, "eval_acc"):
        worst = WorstSamplesCallback(2, by=by, order="highest")
        run(path, worst, sizes=(N, N))
        first, second = ([entry.index for entry in entries] for entries in worst.lists)
        assert first == second
        assert len(first) == 2


def test_post_processing_that_drops_samples_does_not_mix_them_up(path, monkeypatch):
    from test.tinyscenario.processors import LabelProcessor

    apply = LabelProcessor.apply
    monkeypatch.setattr(
        LabelProcessor, "apply", lambda self, sample: apply(self, sample) if sample.meta["index"] % 2 else None
    )
    worst = WorstSamplesCallback(N)
    run(path, worst)
    (found,) = worst.lists
    assert sorted(entry.index for entry in found) == list(range(N))
    for entry in found:
        assert entry.sample.meta["index"] == entry.index
        assert ("label" in entry.sample.outputs) == (entry.index % 2 == 1)


def test_an_unknown_name_is_answered_with_the_known_ones(path):
    with pytest.raises(UserValueError, match=r"eval_acc[\s\S]*lossy"):
        run(path, WorstSamplesCallback(2, by="lossy"))


def test_a_value_whose_worst_end_is_not_known_needs_the_order(path):
    for by in ("acc", "eval_acc"):
        with pytest.raises(UserValueError, match="--worst_order"):
            run(path, WorstSamplesCallback(2, by=by))


def test_a_model_in_memory_has_no_values_of_single_samples(tmp_path):
    scenario = export_model(tmp_path)
    lav = scenario.create_lav(LAVParams(silent=True), scenario.params)
    live = LiveModel(scenario.keras_predict_model, scenario.keras_train_model)
    with pytest.raises(UserValueError, match="model directory"):
        list(lav.run([TinyGeneratorParams()], keras_model=live, callbacks=[WorstSamplesCallback(1)]))


# ---------------------------------------------------------------------- ranking
def test_what_tells_the_best_model_tells_the_worst_samples():
    values = SampleValues(losses={}, metrics={"acc": 1.0, "cer": 0.0})
    assert choose_criterion(values, None, None, ("max", "acc")) == Criterion("acc", highest=False)
    assert choose_criterion(values, None, None, ("min", "cer")) == Criterion("cer", highest=True)
    assert choose_criterion(values, "acc", "highest", ("max", "acc")) == Criterion("acc", highest=True)
    with_loss = SampleValues(losses={"loss": 1.0, "ctc": 1.0}, metrics={"acc": 1.0})
    assert choose_criterion(with_loss, None, None, ("max", "acc")) == Criterion("loss", highest=True)
    assert choose_criterion(with_loss, "ctc", None, ("max", "acc")) == Criterion("ctc", highest=True)
    assert choose_criterion(values, "other", None, ("max", "acc")) is None
    with pytest.raises(UserValueError, match="acc, cer"):
        choose_criterion(values, None, None, ("min", "loss/mean_epoch"))


@pytest.mark.parametrize("highest", [True, False])
def test_what_is_no_number_is_worst_and_of_equal_ones_the_first(highest):
    values = [1.0, 2.0, math.nan, 2.0, 1.0, 3.0]
    ranking = Ranking(4)
    for index, value in enumerate(values):
        ranking.add(Criterion("x", highest), WorstSample(index, {"x": value}, Sample()))
    expected = [2, 5, 1, 3] if highest else [2, 0, 4, 1]
    assert [entry.index for entry in ranking.worst_first()] == expected


def test_a_kept_sample_does_not_keep_its_batch():
    batch = np.zeros((100, 3))
    ranking = Ranking(1)
    ranking.add(Criterion("x", True), WorstSample(0, {"x": 1.0}, Sample(inputs={"a": [batch[0]]}, outputs=batch[1])))
    (entry,) = ranking.worst_first()
    assert entry.sample.inputs["a"][0].base is None
    assert entry.sample.outputs.base is None


# ---------------------------------------------------------------------- files
def entries():
    img = np.zeros((9, 9, 3), np.uint8)
    sample = Sample(
        inputs={"img": img, "text": "<b>&\x1b", "bytes": b"caf\xc3\xa9"},
        targets={"gt": np.array([1])},
        outputs={"class": 0, "label": "negative", "big": np.zeros(1000)},
        meta={"index": "7"},
    )
    return [WorstSample(7, {"loss": 3.25, "acc": 0.0}, sample), WorstSample(2, {"loss": 0.5, "acc": 1.0}, sample)]


def test_pictures_texts_a_page_and_a_file_of_samples_are_written(path, tmp_path):
    _, params = ScenarioBase.from_path(path)
    folder = tmp_path / "a" / "worst"
    write_worst(str(folder), entries(), Criterion("loss", True), TinyModel(params.model), TinyData(params.data))
    assert sorted(os.listdir(folder)) == ["001", "002", "index.html", "worst.samples"]
    assert sorted(os.listdir(folder / "001")) == ["inputs_img.png", "sample.txt"]
    text = (folder / "001" / "sample.txt").read_text()
    # the model's own line, texts in full, small arrays with their values, others by shape
    for line in ("#1 sample 7: loss 3.25, acc 0", "7: negative / 1", "inputs bytes: café", "targets gt: [1]"):
        assert line in text.splitlines()
    assert "outputs big: float64[1000]" in text
    page = (folder / "index.html").read_text()
    assert 'src="001/inputs_img.png"' in page
    assert "&lt;b&gt;&amp;" in page
    assert "<b>" not in page
    reader = SampleFileReader(folder / "worst.samples")
    assert [entry["sample"] for entry in reader.attributes["worst"]] == [7, 2]
    assert [sample.inputs["img"].shape for sample in reader] == [(9, 9, 3)] * 2


def test_nothing_is_replaced_and_nothing_half_written(path, tmp_path):
    _, params = ScenarioBase.from_path(path)
    arguments = (Criterion("loss", True), TinyModel(params.model), TinyData(params.data))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine")
    with pytest.raises(UserError, match="replace"):
        write_worst(str(tmp_path / "full"), entries(), *arguments)
    wrong = entries()
    wrong[1].sample.outputs["x"] = object()
    with pytest.raises(UserError, match="outputs/x"):
        write_worst(str(tmp_path / "new"), wrong, *arguments)
    assert os.listdir(tmp_path) == ["full"]


# ---------------------------------------------------------------------- the program
def test_several_lists_are_shown_and_written_one_by_one(path, tmp_path, capsys):
    worst = WorstSamplesCallback(2)
    run(path, worst, sizes=(N, 3))
    show_worst(worst, str(tmp_path / "worst"))
    assert sorted(os.listdir(tmp_path / "worst")) == ["list_0", "list_1"]
    assert len(SampleFileReader(tmp_path / "worst" / "list_1" / "worst.samples")) == 2
    assert "worst samples by loss (highest first), list 1" in capsys.readouterr().err.splitlines()


def test_lav_prints_and_writes_the_worst_samples(path, tmp_path, capsys):
    out, folder = tmp_path / "out.json", tmp_path / "worst"
    flags = ["--worst", "3", "--worst_dir", str(folder), "--out", str(out), "--data.n", "8", "--lav.silent", "True"]
    assert lav_script.main(["--export_dir", path, *flags]) == 0
    captured = capsys.readouterr()
    assert "ce" in json.loads(captured.out)
    lines = captured.err.splitlines()
    start = lines.index("worst samples by loss (highest first)")
    shown = [line for line in lines[start:] if line.startswith("#")]
    (entry,) = json.loads(out.read_text())["results"]
    assert entry["worst_by"] == "loss"
    assert [line.split()[2].rstrip(":") for line in shown] == [str(worst["sample"]) for worst in entry["worst"]]
    assert lines[start + 2].startswith(f"    {entry['worst'][0]['sample']}: ")
    assert len(list(folder.glob("*/sample.txt"))) == 3


@pytest.mark.parametrize(
    "flags",
    [
        ["--worst", "0"],
        ["--worst_by", "loss"],
        ["--worst_order", "lowest"],
        ["--worst_dir", "new"],
        ["--worst", "1", "--worst_dir", "."],
    ],
    ids=" ".join,
)
def test_wrong_flags_are_refused_before_anything_runs(tmp_path, monkeypatch, flags):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=flags[-2] if flags[0] != "--worst" or len(flags) == 2 else "--worst_dir"):
        lav_script.main(["--export_dir", "no model", *flags])


def test_the_evaluator_of_the_tests_sees_one_sample_at_a_time(path, monkeypatch):
    totals = []
    monkeypatch.setattr(
        TinyEvaluator, "result", lambda self: totals.append(self.total) or {"eval_acc": self.right / self.total}
    )
    run(path, WorstSamplesCallback(1, by="eval_acc", order="lowest"))
    assert totals == [1] * N + [N]
