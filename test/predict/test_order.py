# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Batches of similar lengths change neither the order of the results nor what has to be kept of them."""

import numpy as np
import pytest

from test.predict.test_predictor import predictor_params
from test.tinyscenario.data import TinyData
from test.tinyscenario.params import TinyGeneratorParams
from test.tinyscenario.processors import LabelProcessor
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


@pytest.mark.parametrize("num_processes", [1, 2])
@pytest.mark.parametrize("n_models", [1, 2])
@pytest.mark.parametrize("boundaries", [[], [5]])
def test_what_post_processing_fails_on_is_reported_where_it_is_in_the_data(
    exported, by_first_value, monkeypatch, boundaries, n_models, num_processes
):
    apply = LabelProcessor.apply

    def fail(self, sample):
        meta = sample.meta if isinstance(sample.meta, dict) else sample.meta[0]
        if meta["index"] in (7, 12):
            raise ValueError("no label")
        return apply(self, sample)

    monkeypatch.setattr(LabelProcessor, "apply", fail)
    pipeline = DataPipelineParams(
        bucket_boundaries=boundaries, batch_size=3, num_processes=num_processes, sample_errors=SampleErrorPolicy.SKIP
    )
    params = predictor_params(pipeline=pipeline)
    create = TinyScenario.create_predictor if n_models == 1 else TinyScenario.create_multi_predictor
    predictor = create(exported if n_models == 1 else [exported] * 2, params)
    predictor.input_data.params.pre_proc.run_parallel = num_processes > 1
    left = [sample.meta["index"] for sample in predictor.predict(TinyGeneratorParams(n=20, broken=[0, 1, 5]))]
    predictor.close()
    assert left == [index for index in range(20) if index not in (0, 1, 5, 7, 12)]
    assert sorted(skipped.index for skipped in predictor.skipped_samples) == [0, 1, 5, 7, 12]
    assert all(skipped.index == skipped.meta["index"] for skipped in predictor.skipped_samples)


def test_the_worst_samples_are_named_where_they_are_in_the_data(exported):
    params = LAVParams(model_path=exported, silent=True)
    params.pipeline = DataPipelineParams(batch_size=3, num_processes=1, sample_errors=SampleErrorPolicy.SKIP)
    worst = WorstSamplesCallback(4)
    lav = TinyScenario.create_lav(params, TinyScenario.params_from_path(exported))
    list(lav.run([TinyGeneratorParams(n=20, broken=[0, 1, 5])], callbacks=[worst]))
    assert [entry.index for entry in worst.lists[0]] == [entry.sample.meta["index"] for entry in worst.lists[0]]
    assert [skipped.index for skipped in lav.skipped_samples] == [0, 1, 5]
