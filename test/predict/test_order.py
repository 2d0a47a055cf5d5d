# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Batches of similar lengths change neither the order of the results nor what has to be kept of them."""

import numpy as np
import pytest

from test.predict.test_predictor import predictor_params
from test.tinyscenario.data import TinyData
from test.tinyscenario.params import TinyGeneratorParams
from test.tinyscenario.scenario import TinyScenario, export_model
from tfaip import LAVParams, Sample
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.definitions import SampleErrorPolicy
from tfaip.lav.callbacks.lav_callback import LAVCallback
from tfaip.lav.worst.callback import WorstSamplesCallback
from tfaip.predict import inputbatches

SHORT, LONG = 0.0, 1.0


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    path = tmp_path_factory.mktemp("model")
    export_model(path)
    return str(path)


@pytest.fixture
def by_first_value(monkeypatch):
    monkeypatch.setattr(TinyData, "element_length_fn", lambda self: lambda inputs: 1 + 8 * int(inputs["x"][0] > 0.5))


def create_predictor(path, **kwargs):
    pipeline = DataPipelineParams(bucket_boundaries=[5], bucket_batch_sizes=[3, 2], batch_size=3, **kwargs)
    return TinyScenario.create_predictor(path, predictor_params(pipeline=pipeline))


@pytest.mark.parametrize("broken", [[], [0, 5, 6]])
def test_samples_of_buckets_come_in_the_order_of_the_data(exported, by_first_value, broken):
    predictor = create_predictor(exported, sample_errors=SampleErrorPolicy.SKIP)
    batches = []
    predictor._on_step_end = lambda inputs, outputs: batches.append(inputs["x"][:, 0] > 0.5)
    samples = list(predictor.predict(TinyGeneratorParams(n=50, broken=broken)))
    assert [sample.meta["index"] for sample in samples] == [i for i in range(50) if i not in broken]
    assert len({len(batch) for batch in batches}) > 1
    assert all(batch.all() or not batch.any() for batch in batches)


def test_a_sample_of_a_rare_length_does_not_keep_the_others_for_long(exported, by_first_value):
    n_read = 0

    def inputs():
        nonlocal n_read
        while True:
            yield Sample(inputs=[LONG if n_read == 0 else SHORT, 0.0], meta={"index": n_read})
            n_read += 1

    predicted = create_predictor(exported).predict_raw(inputs())
    assert next(predicted).meta == {"index": 0}
    bound = inputbatches.MAX_WAIT * 3
    assert bound - 3 <= n_read <= 2 * bound
    assert [next(predicted).meta["index"] for _ in range(100)] == list(range(1, 101))
    predicted.close()


def test_an_evaluation_sees_the_samples_in_the_order_of_the_data(exported, by_first_value):
    class Seen(LAVCallback):
        indices: list[int] = []

        def on_sample_end(self, sample):
            self.indices.append(sample.meta["index"])

    results = []
    for boundaries in ([], [5]):
        params = LAVParams(model_path=exported, silent=True)
        params.pipeline = DataPipelineParams(bucket_boundaries=boundaries, batch_size=3)
        seen, worst = Seen(), WorstSamplesCallback(5)
        seen.indices = []
        lav = TinyScenario.create_lav(params, TinyScenario.params_from_path(exported))
        results += lav.run([TinyGeneratorParams(n=50)], callbacks=[seen, worst])
        assert seen.indices == list(range(50))
        assert [entry.index for entry in worst.lists[0]] == [entry.sample.meta["index"] for entry in worst.lists[0]]
    for name, value in results[0].items():
        np.testing.assert_allclose(results[1][name], value, rtol=1e-6)
