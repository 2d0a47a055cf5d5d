# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Several models vote: each with its own post-processing, one common pre-processing."""

import numpy as np
import pytest

from test.tinyscenario.params import TinyGeneratorParams
from test.tinyscenario.scenario import NoVoterScenario, TinyMultiPredictor, TinyScenario, export_model
from tfaip import PredictorParams, Sample
from tfaip.predict.multimodelpostprocessor import join, split
from tfaip.predict.multimodelvoter import MultiModelVoter
from tfaip.util.errors import UserError


def predictor_params(**kwargs):
    return PredictorParams(silent=True, progress_bar=False, **kwargs)


@pytest.fixture(scope="module")
def model_dirs(tmp_path_factory):
    paths = [str(tmp_path_factory.mktemp(f"model_{seed}")) for seed in (1, 2)]
    for seed, path in enumerate(paths):
        export_model(path, seed=seed + 1)
    return paths


def test_the_voter_gets_the_outputs_of_all_models(model_dirs):
    voted = list(TinyScenario.create_multi_predictor(model_dirs, predictor_params()).predict(TinyGeneratorParams(n=4)))
    single = [
        list(TinyScenario.create_predictor(path, predictor_params()).predict(TinyGeneratorParams(n=4)))
        for path in model_dirs
    ]
    assert len(voted) == 4
    for result, *votes in zip(voted, *single, strict=True):
        np.testing.assert_allclose(
            result.outputs["pred"], np.mean([v.outputs["pred"] for v in votes], axis=0), atol=1e-6
        )
        assert result.outputs["voters"] == [vote.outputs["label"] for vote in votes]
        assert result.meta == votes[0].meta
        assert result.inputs["x"].shape == (2,)


def test_single_samples_are_voted_on_by_a_function(model_dirs):
    predictor = TinyScenario.create_multi_predictor(model_dirs, predictor_params())
    with predictor.raw() as predict:
        sample = predict(Sample(inputs=[1, 2], meta={"name": "a"}))
    assert len(sample.outputs["voters"]) == 2
    assert sample.meta == {"name": "a"}


def test_parameter_files_and_model_paths_can_be_given_and_arguments_be_handed_on(model_dirs):
    class Predictor(TinyMultiPredictor):
        def __init__(self, voter_params, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.voter_params = voter_params

    predictor = Predictor.from_paths(
        [f"{path}/scenario_params.json" for path in model_dirs],
        predictor_params(),
        TinyScenario,
        model_paths=[f"{path}/serve" for path in model_dirs],
        predictor_args={"voter_params": 3},
    )
    assert predictor.voter_params == 3
    assert len(predictor.datas) == 2
    assert len(list(predictor.predict_raw([[1, 2]]))) == 1


def test_models_in_memory_can_vote(model_dirs):
    models = [lambda inputs, c=c: {"pred": np.eye(2)[[c] * len(inputs["x"])], "class": np.array([c])} for c in (0, 1)]
    predictor = TinyMultiPredictor.from_paths(model_dirs, predictor_params(), TinyScenario, models=models)
    (sample,) = predictor.predict_raw([[1, 2]])
    assert sample.outputs["voters"] == ["negative", "positive"]


def test_different_pre_processing_is_an_error_unless_the_first_is_to_be_used(model_dirs, tmp_path):
    export_model(tmp_path, factor=2.0)
    paths = [model_dirs[0], str(tmp_path)]
    with pytest.raises(ValueError, match=r"pre-processing[\s\S]*" + tmp_path.name):
        TinyScenario.create_multi_predictor(paths, predictor_params())
    predictor = TinyMultiPredictor.from_paths(paths, predictor_params(), TinyScenario, use_first_params=True)
    assert len(list(predictor.predict_raw([[1, 2]]))) == 1


def test_no_model_and_no_voter_are_errors(model_dirs):
    with pytest.raises(ValueError, match="No model"):
        TinyScenario.create_multi_predictor([], predictor_params())
    with pytest.raises(UserError, match="multi_predictor_cls"):
        NoVoterScenario.create_multi_predictor(model_dirs, predictor_params())
    predictor = TinyMultiPredictor(predictor_params(), data=TinyScenario(TinyScenario.default_params()).create_data())
    with pytest.raises(UserError, match="no models"):
        list(predictor.predict_raw([[1, 2]]))


def test_joining_inverts_splitting():
    sample = Sample(inputs=1, targets=2, outputs=["a", "b"], meta=[3, 4])
    samples = split(sample)
    assert [(s.inputs, s.targets, s.outputs, s.meta) for s in samples] == [(1, 2, "a", 3), (1, 2, "b", 4)]
    joined = join(samples)
    assert vars(joined) == vars(sample)


def test_a_voter_may_leave_the_meta_data_to_the_base_class():
    class First(MultiModelVoter):
        def vote(self, sample):
            return sample.new_outputs(sample.outputs[0])

    voter = First()
    assert voter.finalize_sample(voter.vote(Sample(outputs=[1, 2], meta=["a", "b"]))).meta == "a"
