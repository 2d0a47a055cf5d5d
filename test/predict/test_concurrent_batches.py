# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Two batches are in an exported model at a time, where that changes nothing."""

import threading

import pytest
import tensorflow as tf

from test.predict.test_predictor import predictor_params
from test.tinyscenario.params import TinyGeneratorParams
from test.tinyscenario.scenario import TinyScenario, export_model
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.predict.predictor import Predictor
from tfaip.scenario.export.loader import ExportedModel

DEADLINE = 20


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("model"))
    export_model(path)
    return path


def create_predictor(path):
    return TinyScenario.create_predictor(path, predictor_params(pipeline=DataPipelineParams(batch_size=2)))


def test_two_batches_are_in_the_model_at_a_time_and_results_stay_in_order(exported, monkeypatch):
    both, call = threading.Barrier(2), ExportedModel.__call__

    def wait_for_another_call(self, inputs):
        both.wait(DEADLINE)
        return call(self, inputs)

    monkeypatch.setattr(ExportedModel, "__call__", wait_for_another_call)
    predictor = create_predictor(exported)
    samples = list(predictor.predict(TinyGeneratorParams(n=16)))
    assert [sample.meta["index"] for sample in samples] == list(range(16))
    monkeypatch.undo()
    with predictor.raw() as predict:
        for sample in samples:
            assert predict(sample.inputs["x"]).outputs["class"] == sample.outputs["class"]


@pytest.mark.parametrize("kind", ["override", "function"])
def test_code_of_others_is_not_called_in_two_threads_at_once(exported, kind):
    running = threading.Lock()

    def alone(function, inputs):
        assert running.acquire(blocking=False), "two calls at a time"
        try:
            threading.Event().wait(0.01)
            return function(inputs)
        finally:
            running.release()

    class Own(Predictor):
        def predict_batch(self, inputs):
            return alone(super().predict_batch, inputs)

    predictor = create_predictor(exported)
    model = predictor.model
    if kind == "override":
        predictor = Own(predictor.params, predictor.data)
        predictor.set_model(model)
    else:
        predictor.set_model(lambda inputs: alone(model, inputs))
    assert len(list(predictor.predict(TinyGeneratorParams(n=16)))) == 16


class Pure(tf.Module):
    def __init__(self):
        super().__init__()
        self.weight = tf.Variable(2.0)

    @tf.function(input_signature=[{"x": tf.TensorSpec([None], tf.float32)}])
    def serve(self, inputs):
        return {"y": self.compute(inputs["x"] * self.weight)}

    def compute(self, y):
        return tf.while_loop(lambda i, y: i < 2, lambda i, y: (i + 1, y + 1), [0, y])[1]


class Random(Pure):
    def compute(self, y):
        return tf.cond(tf.reduce_any(y > 0), lambda: y + tf.random.uniform([]), lambda: y)


class Counting(Pure):
    def compute(self, y):
        self.weight.assign_add(1.0)
        return y


@pytest.mark.parametrize(("cls", "is_pure"), [(Pure, True), (Random, False), (Counting, False)])
def test_it_is_known_whether_calls_depend_on_each_other(tmp_path, cls, is_pure):
    module = cls()
    tf.saved_model.save(module, str(tmp_path / "serve"), signatures={"serving_default": module.serve})
    loaded = tf.saved_model.load(str(tmp_path / "serve"))
    assert ExportedModel(str(tmp_path), loaded).is_pure == is_pure
