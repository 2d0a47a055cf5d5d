# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Models of all kinds are served: of tfaip 1.2, with inputs of any size, with batches made by TensorFlow."""

import json
import threading

import numpy as np
import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed")

import tensorflow as tf

from test.conftest import MODEL_1_2
from test.serve.running import DEADLINE, base64_array, create_predictor, in_threads, running, wait_until
from test.tinyscenario.data import TinyData
from test.tinyscenario.scenario import TinyScenario, export_model
from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.data.pipeline.tfdatasetgenerator import TFDatasetGenerator
from tfaip.serve.adapter import ServingAdapter
from tfaip.serve.params import ServeParams
from tfaip.serve.serving import Serving
from waves.scenario import WaveScenario

REFERENCE = json.loads((MODEL_1_2 / "reference.json").read_text())


def test_an_old_model_is_served_as_the_published_framework_predicted():
    with running(create_predictor(WaveScenario, str(MODEL_1_2 / "best"))) as client:
        # x is behind the pre-processing
        samples = [{"tensors": {"x": item["x"]}} for item in REFERENCE["predictions"]]
        for prediction, expected in zip(
            client.predict({"samples": samples}).predictions, REFERENCE["predictions"], strict=True
        ):
            np.testing.assert_allclose(prediction["outputs"]["pred"], expected["pred"], atol=1e-6)
            assert prediction["outputs"]["name"] == expected["name"]


class AnySizeData(TinyData):
    """Arrays of any length, filled up with -1."""

    def _input_layer_specs(self):
        return {"x": tf.TensorSpec([None], "float32")}

    def _padding_values(self):
        return {"x": -1}


@pytest.mark.parametrize("mixes", [True, False])
def test_samples_of_different_shapes_share_a_batch_unless_told_otherwise(tiny_model, monkeypatch, mixes):
    monkeypatch.setattr(TinyScenario, "data_cls", classmethod(lambda cls: AnySizeData))
    batches = []
    gate = threading.Event()

    def model(inputs):
        batches.append(inputs["x"].tolist())
        assert gate.wait(DEADLINE)
        return {"sum": inputs["x"].sum(axis=1), "class": np.zeros(len(inputs["x"]), int)}

    params = ServeParams(max_padding=float("inf") if mixes else 0, warm_up=False)
    with running(create_predictor(TinyScenario, tiny_model, model), params) as client:
        arrays = [[9], [1, 2], [3], [4, 5]]

        def ask(index):
            if index == len(arrays):
                wait_until(lambda: client.metric("tfaip_samples_waiting ") == 3)
                return gate.set()
            wait_until(lambda: index == 0 or batches)
            return client.predict({"inputs": arrays[index]})

        *answers, _ = in_threads(ask, range(len(arrays) + 1))
    sums = [answer.predictions[0]["outputs"]["sum"] for answer in answers]
    if mixes:
        assert sorted(batches[1]) == [[1, 2], [3, -1], [4, 5]]
        assert sums == [9, 3, 2, 9]
    else:
        assert sorted(map(sorted, batches[1:])) == [[[1, 2], [4, 5]], [[3]]]
        assert sums == [9, 3, 3, 9]


@pytest.mark.parametrize("where", ["model", "adapter"])
def test_a_warm_up_that_fails_is_nobodys_business(tiny_model, caplog, where):
    calls = []

    def model(inputs):
        calls.append(len(inputs["x"]))
        if where == "model":
            raise ValueError("zeros")
        return {"pred": inputs["x"], "class": np.zeros(len(inputs["x"]), int)}

    class Failing(ServingAdapter):
        def encode_outputs(self, sample):
            raise LookupError("zeros")

    serving = Serving(create_predictor(TinyScenario, tiny_model, model), ServeParams(), Failing)
    assert serving.close(DEADLINE)
    assert calls == [1]
    assert not [record for record in caplog.records if record.name.startswith("tfaip")]


class Doubling(TFDatasetGenerator):
    def _transform(self, dataset):
        if self.mode != PipelineMode.PREDICTION:
            return dataset
        return dataset.map(lambda inputs, *rest: ({"x": inputs["x"] * 2}, *rest))


class DoublingPipeline(DataPipeline):
    def _create_tf_dataset_generator(self):
        return Doubling(self)


class ReadingFiles(TFDatasetGenerator):
    """Takes the names of files."""

    def input_layer_specs(self):
        return {"file": tf.TensorSpec([], tf.string)}

    def _transform(self, dataset):
        def read(inputs, *rest):
            content = tf.io.decode_raw(tf.io.read_file(inputs["file"]), tf.uint8)
            return ({"x": tf.cast(content[:2], tf.float32)}, *rest)

        return dataset.map(read)


class ReadingPipeline(DataPipeline):
    def _create_tf_dataset_generator(self):
        return ReadingFiles(self)


@pytest.mark.parametrize("is_allowed", [False, True])
def test_texts_are_no_inputs_where_tensorflow_could_take_them_for_names_of_files(
    tiny_model, tmp_path, monkeypatch, is_allowed
):
    (tmp_path / "secret").write_bytes(b"secret")
    monkeypatch.setattr(TinyData, "data_pipeline_cls", classmethod(lambda cls: ReadingPipeline))
    predictor = create_predictor(TinyScenario, tiny_model)
    predictor.data.params.pre_proc = SequentialProcessorPipelineParams(processors=[])
    params = ServeParams(warm_up=False, text_inputs=is_allowed)
    with running(predictor, params) as client:
        answer = client.predict({"inputs": {"file": str(tmp_path / "secret")}})
        inputs = client.get("/openapi.json").json["components"]["schemas"]["Inputs"]
    if is_allowed:
        assert answer.status == 200
    else:
        assert (answer.status, answer.error["message"]) == (422, "This service takes no texts as inputs.")
    # nothing is known of what the pipeline takes
    assert "properties" not in inputs


def test_where_tensorflow_makes_the_batches_samples_are_served_one_by_one(tiny_model, tmp_path, monkeypatch):
    export_model(tmp_path / "model", factor=2.0)
    with create_predictor(TinyScenario, str(tmp_path / "model")).raw() as predict:
        expected = [predict(pair).outputs["pred"] for pair in ([1, 2], [3, 4])]
    monkeypatch.setattr(TinyData, "data_pipeline_cls", classmethod(lambda cls: DoublingPipeline))
    with running(create_predictor(TinyScenario, tiny_model), ServeParams(warm_up=False)) as client:
        samples = [{"inputs": [1, 2]}, {"inputs": [1]}, {"inputs": base64_array(np.array([3.0, 4.0]))}]
        predictions = client.predict({"samples": samples}).predictions
        refused = client.predict({"tensors": {"x": [1, 2]}})
    for prediction, pred in zip(predictions[::2], expected, strict=True):
        np.testing.assert_allclose(prediction["outputs"]["pred"], pred, rtol=1e-5)
    assert "error" in predictions[1]
    assert (refused.status, refused.error["code"]) == (422, "wrong_input")
