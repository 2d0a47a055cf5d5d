# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Prediction, with one model and with several, of a program written for tfaip 1.2."""

import os
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from test.contract.conftest import Run
from test.contract.program import lines
from test.contract.program.dataset.postprocessors import Line
from test.contract.program.dataset.readers.file import FileReaderParams
from test.contract.program.predict.params import PredictorParams, VoterParams
from test.contract.program.predict.predictor import LineMultiPredictor, LinePredictor
from test.contract.program.scripts import predict
from tfaip.util.testing.setup import setup_test_init


def quiet_params() -> PredictorParams:
    params = PredictorParams(progress_bar=False)
    params.pipeline.num_processes, params.pipeline.batch_size = 1, 3
    return params


def reader(run: Run) -> FileReaderParams:
    return FileReaderParams(images=[run.flags[3]])


def test_all_ways_to_predict_give_the_same(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    setup_test_init()
    params = quiet_params()
    assert params.silent
    predictor = LinePredictor.from_checkpoint(params, run.model)
    samples = list(predictor.predict(reader(run)))
    assert [sample.meta["id"] for sample in samples] == ["0", "1", "2", "3"]
    assert all(isinstance(sample.outputs, Line) for sample in samples)
    images = [lines.draw(text) for text in lines.texts(4, seed=1)]
    raw = list(predictor.predict_raw(images))
    with predictor.raw() as function:
        single = [function(image) for image in images]
    for expected, *others in zip(samples, raw, single, strict=True):
        for other in others:
            assert other.outputs.text == expected.outputs.text
            np.testing.assert_allclose(other.outputs.softmax, expected.outputs.softmax, atol=1e-5)
    assert (predictor.params, predictor.data.params.line_height) == (params, 8)
    predictor.benchmark_results.pretty_print()
    assert capsys.readouterr().out


def test_targets_come_with_the_samples_if_asked_for(run: Run) -> None:
    params = quiet_params()
    params.include_targets = True
    samples = list(LinePredictor.from_checkpoint(params, run.model).predict(reader(run)))
    assert [sample.targets for sample in samples] == lines.texts(4, seed=1)


def test_several_models_vote(run: Run) -> None:
    single = list(LinePredictor.from_checkpoint(quiet_params(), run.model).predict(reader(run)))
    # both parts of a model name it
    paths = [run.model, f"{run.model}.json"]
    params = quiet_params()
    predictor = LineMultiPredictor.from_paths(paths, predictor_params=params, voter_params=VoterParams(eps=0))
    assert len(predictor.datas) == 2
    assert predictor.data is predictor.datas[0]
    assert predictor.params.pipeline.batch_size == 3
    for voted, expected in zip(predictor.predict(reader(run)), single, strict=True):
        assert isinstance(voted.outputs, tuple)
        each, together = voted.outputs
        assert [line.text for line in each] == [expected.outputs.text] * 2
        assert together.text == expected.outputs.text
        assert voted.meta["id"] == expected.meta["id"]
    images = [lines.draw("abc")] * 2
    raw = [sample.outputs[1].text for sample in predictor.predict_raw(images)]
    with predictor.raw() as function:
        assert [function(image).outputs[1].text for image in images] == raw


def test_the_exported_model_has_named_inputs_and_outputs(run: Run) -> None:
    signature = tf.saved_model.load(run.model).signatures["serving_default"]
    inputs = signature.structured_input_signature[1]
    assert {name: (spec.shape.as_list(), spec.dtype.name) for name, spec in inputs.items()} == {
        "img": ([None, None, 8, 1], "uint8"),
        "img_len": ([None, 1], "int32"),
    }
    outputs = "blank_last_logits blank_last_softmax logits softmax out_len decoded"
    assert set(signature.structured_outputs) == set(outputs.split())


def test_the_command_line_predicts_and_votes(run: Run, tmp_path: Path) -> None:
    output = str(tmp_path / "texts.txt")
    flags = ["--data.images", run.flags[3], "--pipeline.batch_size", "2", "--pipeline.num_processes", "1"]
    flags += ["--predictor.progress_bar", "False"]
    alone = predict.run(["--checkpoint", run.model, *flags, "--output", output])
    assert len(alone) == 4
    assert Path(output).read_text().split("\n")[:-1] == alone
    voted = predict.run(["--checkpoint", run.model, run.model, "--voter.eps", "0", *flags])
    assert voted == alone
    bucketed = predict.run(["--checkpoint", run.model, *flags, "--pipeline.bucket_boundaries", "20", "30"])
    assert bucketed == alone


def test_a_model_is_predicted_with_by_its_relative_path(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(run.folder)
    predictor = LinePredictor.from_checkpoint(quiet_params(), "best.ckpt")
    assert len(list(predictor.predict_raw([lines.draw("a"), lines.draw("bc")]))) == 2
    assert os.path.isdir("best.ckpt")
