# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A generator yields what a trained model predicts."""

import numpy as np
import pytest

from test.tinyscenario.params import TinyGeneratorParams
from test.tinyscenario.scenario import export_model
from tfaip import PredictorParams
from tfaip.data.databaseparams import DataGeneratorParams, DataPipelineParams
from tfaip.data.generators.prediction import PredictionGenerator, PredictionGeneratorParams
from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.util.errors import UserFileNotFoundError, UserValueError


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    path = tmp_path_factory.mktemp("model")
    return str(path), export_model(path)


def create(exported, mode=PipelineMode.EVALUATION, n=5, **kwargs):
    params = PredictionGeneratorParams(model=exported[0], generator=TinyGeneratorParams(n=n), **kwargs)
    params.predictor_params.pipeline.num_processes = 0
    generator = params.create(mode)
    assert type(generator) is PredictionGenerator
    return generator


@pytest.mark.parametrize("mode", [PipelineMode.TRAINING, PipelineMode.EVALUATION, PipelineMode.PREDICTION])
def test_samples_are_those_of_the_predictor(exported, mode):
    path, scenario = exported
    predictor = type(scenario).create_predictor(path, PredictorParams(silent=True, progress_bar=False))
    expected = list(predictor.predict(TinyGeneratorParams(n=5)))
    generator = create(exported, mode)
    assert len(generator) == 5
    for _ in range(2):  # each pass
        samples = list(generator.generate())
        assert [sample.meta for sample in samples] == [sample.meta for sample in expected]
        for sample, other in zip(samples, expected, strict=True):
            np.testing.assert_allclose(sample.outputs["pred"], other.outputs["pred"], rtol=1e-6)
            np.testing.assert_array_equal(sample.inputs["x"], other.inputs["x"])
        has_targets = mode != PipelineMode.PREDICTION
        assert [sample.targets is not None and "gt" in sample.targets for sample in samples] == [has_targets] * 5


def test_predictions_are_the_data_of_another_pipeline(exported):
    _, scenario = exported
    data = scenario.create_data()
    data.params.pre_proc.processors = []
    params = DataPipelineParams(mode=PipelineMode.EVALUATION, batch_size=3, num_processes=0)
    pipeline = data.create_pipeline(params, create(exported, n=4).params)
    sizes = [batch[0]["x"].shape[0] for batch in pipeline.input_dataset().as_numpy_iterator()]
    assert sizes == [3, 1]


def test_what_is_missing_is_told(exported):
    with pytest.raises(UserValueError, match="PredictionGeneratorParams.model"):
        list(create(("", None)).generate())
    with pytest.raises(UserFileNotFoundError):
        list(create(("/no/such/model", None)).generate())
    params = PredictionGeneratorParams(model=exported[0], generator=DataGeneratorParams())
    with pytest.raises(UserValueError, match="PredictionGeneratorParams.generator"):
        len(params.create(PipelineMode.EVALUATION))
