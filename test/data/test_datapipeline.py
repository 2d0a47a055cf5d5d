# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Pipelines feed TensorFlow, keep errors apart from it, and run on samples in memory."""

import copy
import random

import numpy as np
import pytest
import tensorflow as tf

from test.data.processors import (
    LookAroundParams,
    MulParams,
    NumbersParams,
    PairsParams,
    TinyDataParams,
    ToArraysParams,
    TroubleParams,
)
from test.data.tinydata import TinyData, create_pipeline, read, xs
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.datapipeline import DataPipeline, RawDataPipeline
from tfaip.data.pipeline.definitions import PipelineMode, Sample, SampleErrorPolicy
from tfaip.data.pipeline.errors import SampleError
from tfaip.data.pipeline.processor.params import ComposedProcessorPipelineParams, SequentialProcessorPipelineParams
from tfaip.data.pipeline.runningdatapipeline import compute_limit
from tfaip.data.pipeline.tfdatasetgenerator import TFDatasetGenerator
from tfaip.util.errors import UserError


def assert_same_batches(first, second):
    assert len(first) == len(second)
    for batch, other in zip(first, second, strict=True):
        for part, other_part in zip(batch, other, strict=True):
            assert part.keys() == other_part.keys()
            for key in part:
                np.testing.assert_array_equal(part[key], other_part[key])
                assert part[key].dtype == other_part[key].dtype


@pytest.mark.parametrize("mode", list(PipelineMode))
@pytest.mark.parametrize(
    "params", [{}, {"batch_drop_remainder": True}, {"bucket_boundaries": [3, 6]}, {"limit": 7, "prefetch": 0}]
)
def test_the_dataset_holds_the_same_batches_as_python(mode, params):
    pipeline = create_pipeline(NumbersParams(n=10), ragged=True, batch_size=4, mode=mode, **params)
    dataset = pipeline.input_dataset()
    assert_same_batches(read(pipeline), list(dataset.as_numpy_iterator()))
    for part in dataset.element_spec:
        for spec in part.values():
            fixed = params.get("batch_drop_remainder", False)
            assert spec.shape[0] == (4 if fixed else None)


def test_the_dataset_repeats_only_if_asked_for():
    pipeline = create_pipeline(NumbersParams(n=3), batch_size=2, mode=PipelineMode.TRAINING)
    assert xs(pipeline.input_dataset().as_numpy_iterator()) == [[0, 1], [2]]
    assert xs(pipeline.input_dataset(auto_repeat=True).take(3).as_numpy_iterator()) == [[0, 1], [2, 0], [1, 2]]
    dataset, n_samples = pipeline.input_dataset_with_len()
    assert n_samples == 3
    assert len(list(dataset)) == len(list(dataset)) == 2


@pytest.mark.parametrize("num_processes", [0, 1, 3])
def test_batches_do_not_depend_on_the_number_of_workers(num_processes):
    generator = NumbersParams(n=50)
    kwargs = {"ragged": True, "batch_size": 4, "bucket_boundaries": [10, 30], "mode": PipelineMode.TRAINING}
    expected = read(create_pipeline(generator, [MulParams()], **kwargs))
    pipeline = create_pipeline(generator, [MulParams()], num_processes=num_processes, run_parallel=True, **kwargs)
    assert_same_batches(read(pipeline), expected)
    assert_same_batches(list(pipeline.input_dataset().as_numpy_iterator()), expected)
    pipeline.join()


def test_workers_are_shared_by_all_pipelines_of_the_data():
    data = TinyData(TinyDataParams())
    data.params.pre_proc = SequentialProcessorPipelineParams(processors=[LookAroundParams()])
    pids = set()
    for _ in range(3):
        pipeline = data.create_pipeline(DataPipelineParams(num_processes=1), NumbersParams(n=10))
        with pipeline.generate_input_samples() as samples:
            pids |= {sample.outputs["pid"] for sample in samples}
    assert len(pids) == 1
    data.join()


def test_changed_processors_take_effect_in_the_next_pass():
    pipeline = create_pipeline(NumbersParams(n=20), [MulParams()], run_parallel=True, batch_size=20)
    assert xs(read(pipeline)) == [[2 * i for i in range(20)]]
    pipeline.data_params.pre_proc.erase_all(MulParams)
    assert xs(read(pipeline)) == [list(range(20))]
    pipeline.join()


def test_input_samples_are_an_iterator_with_a_length():
    pipeline = create_pipeline(NumbersParams(n=5))
    with pipeline.generate_input_samples(auto_repeat=False) as samples:
        assert len(samples) == 5
        assert next(samples).meta == {"i": 0}
        assert [sample.meta["i"] for sample in samples] == [1, 2, 3, 4]
    assert len(pipeline.generate_input_samples()) == 5


def test_empty_data_yield_nothing():
    pipeline = create_pipeline(NumbersParams(n=0))
    assert pipeline.input_dataset() is None
    assert pipeline.input_dataset_with_len() == (None, 0)
    assert read(pipeline) == []
    assert read(pipeline, 5) == []
    assert list(pipeline.generate_input_samples()) == []
    with pipeline.process_output([]) as samples:
        assert list(samples) == []


def test_repeating_data_of_which_nothing_is_left_is_an_error():
    for processor in (TroubleParams(at=0, what="none"), PairsParams()):
        pipeline = create_pipeline(NumbersParams(n=1), [processor], batch_size=1)
        with pytest.raises(UserError, match="No sample is left"):
            read(pipeline, 1)


@pytest.mark.parametrize("run_parallel", [False, True])
@pytest.mark.parametrize("mode", [PipelineMode.TRAINING, PipelineMode.PREDICTION])
def test_the_error_of_a_processor_is_kept_while_tensorflow_only_sees_a_text(mode, run_parallel):
    pipeline = create_pipeline(
        NumbersParams(n=30), [TroubleParams(at=9)], batch_size=2, run_parallel=run_parallel, mode=mode
    )
    batches, dataset = [], pipeline.input_dataset()
    with pytest.raises(tf.errors.OpError):
        batches += dataset
    with pytest.raises(SampleError) as error:
        pipeline.raise_pending_error()
    assert isinstance(error.value, ValueError)
    assert error.value.index == 9
    pipeline.raise_pending_error()  # only once
    pipeline.join()


def test_an_unreadable_sample_names_the_generator_and_its_position():
    pipeline = create_pipeline(NumbersParams(n=9, fail_at=4), sample_errors=SampleErrorPolicy.SKIP)
    with pytest.raises(OSError, match="OSError in the data generator Numbers: unreadable") as error:
        read(pipeline)
    assert isinstance(error.value, SampleError)
    assert error.value.index == 4


def test_a_generator_that_yields_something_else_is_explained():
    pipeline = create_pipeline(NumbersParams(n=4, batches=[2, 2]))
    samples = pipeline.generate_input_samples()
    samples.data_generator.yields_batches = lambda: False
    with pytest.raises(SampleError, match="yields a list, but yields_batches"):
        next(samples)


def test_skipped_samples_are_known_to_the_pipeline():
    pipeline = create_pipeline(NumbersParams(n=4), [TroubleParams(at=1)], sample_errors=SampleErrorPolicy.SKIP)
    assert xs(read(pipeline)) == [[0, 2, 3]]
    assert [skipped.index for skipped in pipeline.skipped_samples] == [1]


class MappedData(TinyData):
    """TensorFlow doubles the inputs and adds the layer ``len``."""

    @classmethod
    def data_pipeline_cls(cls):
        return MappedPipeline

    def dataset_input_layer_specs(self):
        return {"x": tf.TensorSpec([None], "int32")}


class MappedPipeline(DataPipeline):
    def _create_tf_dataset_generator(self):
        return MappedDatasetGenerator(self)


class MappedDatasetGenerator(TFDatasetGenerator):
    def _transform(self, dataset):
        def double(inputs, *rest):
            length = tf.shape(inputs["x"])[-1:]
            return ({"x": inputs["x"] * 2, "len": length}, *rest)

        return dataset.map(double)


@pytest.mark.parametrize("params", [{}, {"bucket_boundaries": [3, 6]}, {"batch_drop_remainder": True}])
def test_a_custom_dataset_generator_maps_samples_before_they_are_batched(params):
    pipeline = create_pipeline(NumbersParams(n=9), cls=MappedData, ragged=True, batch_size=4, **params)
    expected = read(create_pipeline(NumbersParams(n=9), [MulParams()], ragged=True, batch_size=4, **params))
    assert_same_batches(read(pipeline), expected)


class TriplingGenerator(TFDatasetGenerator):
    """Keeps the layers."""

    def _transform(self, dataset):
        return dataset.map(lambda inputs, *rest: ({**inputs, "x": inputs["x"] * 3}, *rest))


@pytest.mark.parametrize(
    "params", [{}, {"limit": 4}, {"limit": 4, "prefetch": 0}, {"mode": PipelineMode.PREDICTION}, {"batches": []}]
)
def test_a_custom_dataset_generator_maps_batches_of_the_generator_too(params):
    params = dict(params)
    generator = NumbersParams(n=6, batches=params.pop("batches", [1, 3, 2]))
    pipeline = create_pipeline(generator, batch_size=2, **params)
    pipeline._create_tf_dataset_generator = lambda: TriplingGenerator(pipeline)
    assert_same_batches(read(pipeline), read(create_pipeline(generator, [MulParams(factor=3)], batch_size=2, **params)))


def test_a_custom_dataset_generator_repeats_and_keeps_to_the_limit():
    pipeline = create_pipeline(NumbersParams(n=9), batch_size=2, limit=3, mode=PipelineMode.TRAINING)
    pipeline._create_tf_dataset_generator = lambda: TriplingGenerator(pipeline)
    assert xs(pipeline.input_dataset().as_numpy_iterator()) == [[0, 3], [6]]
    assert xs(pipeline.input_dataset(True).take(3).as_numpy_iterator()) == [[0, 3], [6, 0], [3, 6]]


def test_a_token_budget_behind_a_custom_dataset_generator_is_refused():
    pipeline = create_pipeline(NumbersParams(n=9), cls=MappedData, ragged=True, bucket_token_budget=9)
    with pytest.raises(UserError, match="bucket_token_budget 9"):
        pipeline.input_dataset()


def test_a_custom_dataset_generator_that_does_not_fit_is_explained():
    class WrongGenerator(TFDatasetGenerator):
        def _transform(self, dataset):
            return dataset.map(lambda inputs, targets, meta: ({"x": inputs["x"]}, targets, meta))

    pipeline = create_pipeline(NumbersParams(n=3))
    pipeline._create_tf_dataset_generator = lambda: WrongGenerator(pipeline)
    with pytest.raises(TypeError, match="does not fit to the layers"):
        pipeline.input_dataset()


def test_a_custom_dataset_generator_reports_the_original_error():
    pipeline = create_pipeline(NumbersParams(n=3), [TroubleParams(at=1)], cls=MappedData)
    with pytest.raises(SampleError):
        read(pipeline)


def test_to_mode_keeps_everything_else():
    pipeline = create_pipeline(NumbersParams(n=4), batch_size=3)
    other = pipeline.to_mode(PipelineMode.PREDICTION)
    assert (pipeline.mode, other.mode) == (PipelineMode.EVALUATION, PipelineMode.PREDICTION)
    assert pipeline.pipeline_params.mode == PipelineMode.EVALUATION
    assert [len(batch) for batch in read(other)] == [2, 2]


@pytest.mark.parametrize("run_parallel", [False, True])
def test_preloading_ends_at_the_first_processor_that_does_not_support_it(run_parallel):
    processors = [MulParams(), TroubleParams(at=2, what="augment"), MulParams(factor=1)]
    pipeline = create_pipeline(NumbersParams(n=9), processors, run_parallel=run_parallel, batch_size=9, limit=5)
    expected = read(pipeline)
    raw = pipeline.as_preloaded(progress_bar=False)
    assert isinstance(raw, RawDataPipeline)
    assert [sample.inputs for sample in raw.samples] == [2 * i for i in range(9)]
    assert [type(p) for p in raw._input_processors.processors] == [TroubleParams, MulParams, ToArraysParams]
    assert len(pipeline.data_params.pre_proc.processors) == 4
    assert_same_batches(read(raw), expected)
    assert_same_batches(read(raw.to_mode(PipelineMode.EVALUATION)), expected)
    rest = []
    assert len(pipeline.flat_input_processors(preload=True, non_preloadable_params=rest)) == 1
    assert len(rest) == 3
    assert len(pipeline.flat_input_processors()) == 4
    pipeline.join()


def test_preloading_uses_the_preload_method_of_processors():
    pipeline = create_pipeline(NumbersParams(n=3), [MulParams()])
    processors = pipeline.flat_input_processors()
    cls = type(processors[0])

    class OwnPreload(cls):
        def preload(self, samples, num_processes=1, drop_invalid=True, progress_bar=False):
            return [sample.new_inputs(7) for sample in samples]

    pipeline.flat_input_processors = lambda preload, rest: [OwnPreload(*vars(processors[0]).values()), processors[1]]
    assert [int(sample.inputs["x"][0]) for sample in pipeline.preload_input_samples(progress_bar=False)] == [7, 7, 7]


def test_only_sequential_processors_can_be_preloaded():
    pipeline = create_pipeline(NumbersParams(n=3))
    pipeline._input_processors = ComposedProcessorPipelineParams()
    with pytest.raises(TypeError, match="sequential"):
        pipeline.as_preloaded()


def test_samples_in_memory_are_shuffled_in_training_only():
    data = TinyData(TinyDataParams())
    samples = [
        Sample(inputs={"x": np.array([i]), "len": np.array([1])}, targets={"y": np.array([i])}) for i in range(50)
    ]
    orders = {}
    for mode in (PipelineMode.TRAINING, PipelineMode.EVALUATION):
        params = DataPipelineParams(mode=mode, batch_size=50, num_processes=0)
        pipeline = RawDataPipeline(copy.copy(samples), params, data, NumbersParams())
        orders[mode] = [x for batch in xs(read(pipeline, 2)) for x in batch]
    assert orders[PipelineMode.EVALUATION] == [*range(50), *range(50)]
    first, second = orders[PipelineMode.TRAINING][:50], orders[PipelineMode.TRAINING][50:]
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second


def test_output_samples_get_their_meta_back():
    pipeline = create_pipeline(NumbersParams(n=3), mode=PipelineMode.PREDICTION)
    pipeline._output_processors = SequentialProcessorPipelineParams(processors=[LookAroundParams()])
    meta = np.array([b'{"i": 3}'], object)
    with pipeline.process_output([Sample(inputs={"x": 1, "meta": meta}, meta={"j": 4})]) as samples:
        (sample,) = samples
    assert sample.meta == {"i": 3, "j": 4}
    assert sample.inputs == {"x": 1}
    assert "pid" in sample.outputs


def test_limits_in_batches_round_up():
    assert [compute_limit(limit, 4) for limit in (-1, 1, 4, 5)] == [-1, 1, 1, 2]
    with pytest.raises(AssertionError):
        compute_limit(0, 4)


def test_a_seeded_training_reads_samples_in_memory_in_the_same_order_in_each_run():
    def order():
        random.seed(4)
        params = DataPipelineParams(batch_size=10, num_processes=0)
        samples = list(create_pipeline(NumbersParams(n=30)).generate_input_samples())
        pipeline = RawDataPipeline(samples, params, TinyData(TinyDataParams()), NumbersParams())
        return [batch[0]["x"][:, 0].tolist() for batch in pipeline.input_dataset(True).take(9).as_numpy_iterator()]

    assert order() == order()
