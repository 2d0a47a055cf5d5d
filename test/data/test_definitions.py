# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The promises of samples, modes and pipeline parameters."""

import pickle

import numpy as np
import pytest

from tfaip.data.databaseparams import DataBaseParams, DataPipelineParams
from tfaip.data.pipeline.definitions import (
    GENERAL_PROCESSOR,
    INPUT_PROCESSOR,
    TARGETS_PROCESSOR,
    PipelineMode,
    Sample,
    SampleErrorPolicy,
    describe,
)
from tfaip.data.pipeline.processor.params import (
    ComposedProcessorPipelineParams,
    CompoundProcessorPipelineParams,
    SequentialDataProcessorPipeline,
)


def test_sample_is_keyword_only_and_its_copies_are_shallow():
    with pytest.raises(TypeError):
        Sample(1)
    inputs = {"x": 1}
    sample = Sample(inputs=inputs, meta={"a": 1})
    other = sample.new_targets(3)
    assert other.inputs is inputs
    assert other.targets == 3
    assert sample.targets is None
    assert sample.new_inputs(4).inputs == 4
    assert sample.new_outputs(5).outputs == 5
    assert sample.new_meta(6).meta == 6
    assert vars(sample.new_invalid()) == {"inputs": None, "outputs": None, "targets": None, "meta": {"a": 1}}
    assert vars(pickle.loads(pickle.dumps(sample))) == vars(sample)


@pytest.mark.parametrize(
    ("sample", "valid_modes"),
    [
        (Sample(inputs=1), {PipelineMode.PREDICTION}),
        (Sample(targets=1), {PipelineMode.TARGETS}),
        (Sample(inputs=1, targets=1), set(PipelineMode)),
        (Sample(meta=1), set()),
    ],
)
def test_sample_is_valid_if_it_holds_what_the_mode_needs(sample, valid_modes):
    assert {mode for mode in PipelineMode if sample.is_valid(mode)} == valid_modes
    assert sample.is_valid() == (sample.inputs is not None or sample.targets is not None)


def test_sample_shows_arrays_by_shape():
    sample = Sample(inputs={"img": np.zeros((28, 28), "uint8"), "n": np.array([3])}, meta={"path": "a.png"})
    assert repr(sample) == "Sample(inputs={'img': uint8[28, 28], 'n': int64[3]}, meta={'path': 'a.png'})"
    assert len(repr(Sample(inputs="x" * 10_000))) < 300


def test_processor_sets():
    assert {PipelineMode.TRAINING, PipelineMode.EVALUATION, PipelineMode.PREDICTION} == INPUT_PROCESSOR
    assert {PipelineMode.TRAINING, PipelineMode.EVALUATION, PipelineMode.TARGETS} == TARGETS_PROCESSOR
    assert set(PipelineMode) == GENERAL_PROCESSOR
    assert PipelineMode("training") is PipelineMode.TRAINING


@pytest.mark.parametrize(("batch_size", "processes", "prefetch"), [(16, 4, 32), (64, 4, 128), (1, 1, 8), (2, 0, 16)])
def test_prefetch_defaults_to_eight_times_the_larger_number(batch_size, processes, prefetch):
    params = DataPipelineParams(batch_size=batch_size, num_processes=processes)
    assert params.prefetch == prefetch
    params.__post_init__()
    assert params.prefetch == prefetch


@pytest.mark.parametrize("wrong", [{"num_processes": -1}, {"batch_size": 0}])
def test_impossible_numbers_are_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        DataPipelineParams(**wrong)


def test_the_spelling_of_the_manual_works():
    assert PipelineMode.Training is PipelineMode.TRAINING
    assert len(PipelineMode) == 4
    pipeline = SequentialDataProcessorPipeline(run_parallel=True, processors=[])
    assert pipeline.to_dict()["__cls__"] == "tfaip.data.pipeline.processor.params:SequentialProcessorPipelineParams"
    assert CompoundProcessorPipelineParams is ComposedProcessorPipelineParams


def test_pipeline_params_survive_json():
    params = DataPipelineParams(
        mode=PipelineMode.EVALUATION, sample_errors=SampleErrorPolicy.SKIP, bucket_boundaries=[3]
    )
    assert DataPipelineParams.from_json(params.to_json()) == params


def test_data_params_exist_without_a_data_class():
    assert DataBaseParams().pre_proc.processors == []


class Silent:
    def __repr__(self):
        raise LookupError


def test_what_contains_itself_or_has_no_text_is_described():
    circle = {}
    circle["it"] = [circle, circle]
    assert describe(circle).startswith("{'it': [{'it': ")
    assert describe({"a": Silent()}) == "{'a': <Silent whose text cannot be made: LookupError>}"
