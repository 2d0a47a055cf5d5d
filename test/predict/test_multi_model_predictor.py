# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Several models vote: each with its own post-processing, and its own pre-processing where they differ."""

from dataclasses import dataclass

import numpy as np
import pytest
from paiargparse import pai_dataclass

from test.tinyscenario.data import TinyData
from test.tinyscenario.params import LabelProcessorParams, TinyDataParams, TinyGeneratorParams
from test.tinyscenario.scenario import NoVoterScenario, TinyMultiPredictor, TinyScenario, export_model
from tfaip import PipelineMode, PredictorParams, Sample
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.predict.multimodeldata import PreProcessingGroups
from tfaip.predict.multimodelpostprocessor import MultiModelPostProcessorParams, join, split
from tfaip.predict.multimodelvoter import MultiModelVoter
from tfaip.scenario.export.loader import ExportedModel
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


@pytest.fixture(scope="module")
def different_dirs(model_dirs, tmp_path_factory):
    path = tmp_path_factory.mktemp("different")
    export_model(path, seed=2, factor=-2.0)
    return [model_dirs[0], str(path), model_dirs[1]]


@pytest.mark.parametrize("include_targets", [False, True])
def test_models_with_different_pre_processing_get_their_own(different_dirs, include_targets):
    params = predictor_params(include_targets=include_targets)
    predictor = TinyScenario.create_multi_predictor(different_dirs, params)
    voted = list(predictor.predict(TinyGeneratorParams(n=5)))
    single = [
        list(TinyScenario.create_predictor(path, predictor_params()).predict(TinyGeneratorParams(n=5)))
        for path in different_dirs
    ]
    assert len(voted) == 5
    for result, *votes in zip(voted, *single, strict=True):
        np.testing.assert_allclose(
            result.outputs["pred"], np.mean([v.outputs["pred"] for v in votes], axis=0), atol=1e-6
        )
        assert result.outputs["voters"] == [vote.outputs["label"] for vote in votes]
        np.testing.assert_array_equal(result.inputs["x"], votes[0].inputs["x"])
        assert result.meta == votes[0].meta
        assert ("gt" in result.targets) == include_targets


def test_each_post_processing_sees_the_inputs_of_its_model(different_dirs):
    predictor = TinyScenario.create_multi_predictor(different_dirs, predictor_params())
    seen = []

    class Voter(MultiModelVoter):
        def vote(self, sample):
            return sample.new_outputs(sample.outputs[0])

    class Processors:
        def apply_on_sample(self, sample):
            seen.append(sample.inputs["x"].tolist())
            return sample

    predictor.create_voter = lambda data_params: Voter()
    processor = MultiModelPostProcessorParams(voter=Voter(), post_processors=[Processors()] * 3).create(
        predictor.data.params, PipelineMode.PREDICTION
    )
    predictor.create_sample_post_proc = lambda mode: processor.apply_on_sample
    list(predictor.predict_raw([[1, 2]]))
    assert seen == [[1, 2], [-2, -4], [1, 2]]


def test_different_pre_processing_runs_in_workers_and_for_single_samples(different_dirs):
    params = predictor_params(pipeline=DataPipelineParams(num_processes=2, batch_size=4))
    predictor = TinyScenario.create_multi_predictor(different_dirs, params)
    predictor.input_data.params.pre_proc.run_parallel = True
    inputs = np.random.RandomState(0).randn(70, 2).tolist()
    voted = list(predictor.predict_raw(inputs))
    assert len(voted) == 70
    with predictor.raw() as predict:
        for x, result in ((inputs[0], voted[0]), (inputs[69], voted[69])):
            np.testing.assert_allclose(predict(x).outputs["pred"], result.outputs["pred"], atol=1e-6)
    predictor.close()


def test_only_models_with_different_pre_processing_get_their_own(different_dirs, model_dirs):
    predictor = TinyScenario.create_multi_predictor(different_dirs, predictor_params())
    assert predictor.input_data.input_layer_specs().keys() == {"0/x", "1/x"}
    predictor = TinyScenario.create_multi_predictor(model_dirs, predictor_params())
    assert predictor.input_data is predictor.data
    predictor = TinyMultiPredictor.from_paths(different_dirs, predictor_params(), TinyScenario, use_first_params=True)
    assert predictor.input_data is predictor.data
    assert len(list(predictor.predict_raw([[1, 2]]))) == 1


def test_one_pipeline_or_dataset_cannot_serve_different_pre_processing(different_dirs):
    predictor = TinyScenario.create_multi_predictor(different_dirs, predictor_params())
    pipeline = predictor.data.create_pipeline(predictor.pipeline_params(), TinyGeneratorParams(n=4))
    with pytest.raises(UserError, match="predict_pipeline"):
        list(predictor.predict_pipeline(pipeline))
    with pytest.raises(UserError, match="predict_dataset"):
        list(predictor.predict_dataset(None))


def test_all_models_are_one_call_of_tensorflow(model_dirs, monkeypatch):
    predictor = TinyScenario.create_multi_predictor(model_dirs, predictor_params())
    first = list(predictor.predict(TinyGeneratorParams(n=40)))
    calls = []
    monkeypatch.setattr(ExportedModel, "__call__", lambda self, inputs: calls.append(self))
    assert len(first) == 40
    assert len(list(predictor.predict(TinyGeneratorParams(n=40)))) == 40
    assert calls == []


def test_a_missing_input_is_named(model_dirs):
    predictor = TinyScenario.create_multi_predictor(model_dirs, predictor_params())
    with pytest.raises(UserError, match="'x'"):
        predictor.predict_batch({"y": np.zeros([1, 2], "float32")})


def test_the_post_processing_of_the_models_is_created_once(model_dirs, monkeypatch):
    predictor = TinyScenario.create_multi_predictor(model_dirs, predictor_params())
    created = []
    create = LabelProcessorParams.create
    monkeypatch.setattr(LabelProcessorParams, "create", lambda *args, **kw: (created.append(1), create(*args, **kw))[1])
    assert len(list(predictor.predict(TinyGeneratorParams(n=20)))) == 20
    assert len(created) == 2


def test_a_sample_that_cannot_be_voted_on_is_skipped_and_reported(model_dirs):
    class Voter(MultiModelVoter):
        def vote(self, sample):
            if sample.meta[0]["index"] == 2:
                raise ValueError("no majority")
            return sample.new_outputs(sample.outputs[0])

    predictor = TinyScenario.create_multi_predictor(model_dirs, predictor_params())
    predictor.create_voter = lambda data_params: Voter()
    assert [sample.meta["index"] for sample in predictor.predict(TinyGeneratorParams(n=4))] == [0, 1, 3]
    assert "no majority" in predictor.skipped_samples[0].message
    assert predictor.skipped_samples[0].meta == {"index": 2}


def test_votes_come_in_batches(model_dirs):
    params = predictor_params(pipeline=DataPipelineParams(batch_size=3))
    batches = list(
        TinyScenario.create_multi_predictor(model_dirs, params).predict(TinyGeneratorParams(n=5), batched=True)
    )
    assert [batch.outputs["pred"].shape for batch in batches] == [(3, 2), (2, 2)]
    assert [len(batch.outputs["voters"]) for batch in batches] == [3, 2]


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


@pai_dataclass
@dataclass
class ScaledDataParams(TinyDataParams):
    scale: float = 1.0


def test_models_that_differ_in_other_parameters_of_the_data_do_not_share_their_input():
    def groups(*params):
        return PreProcessingGroups.of([TinyData(value) for value in params]).numbers

    labels = SequentialProcessorPipelineParams(processors=[LabelProcessorParams(labels=["no", "yes"])])
    assert groups(ScaledDataParams(), ScaledDataParams(scale=-1.0), ScaledDataParams(post_proc=labels)) == [0, 1, 0]
