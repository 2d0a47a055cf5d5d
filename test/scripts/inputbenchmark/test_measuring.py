# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The benchmark names what binds: the costs of the parts differ so much that no clock can confuse them."""

import time

import pytest
import tensorflow as tf

from test.data.processors import NumbersParams, TroubleParams
from test.data.tinydata import TinyData, create_pipeline
from test.scripts.inputbenchmark.slowparts import QuickParams, SlowNumbersParams, SlowPairsParams, SlowParams
from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.data.pipeline.definitions import PipelineMode, SampleErrorPolicy
from tfaip.data.pipeline.errors import SampleError
from tfaip.data.pipeline.tfdatasetgenerator import TFDatasetGenerator
from tfaip.scripts.inputbenchmark.measuring import Measurement
from tfaip.util.errors import UserError

ENOUGH = 200  # samples


class _EnoughError(Exception):
    pass


def measured(generator, processors=(), n=ENOUGH, **params):
    """Return the results after some samples, however long that takes."""
    params.setdefault("mode", PipelineMode.TRAINING)
    params.setdefault("batch_size", 4)
    pipeline = create_pipeline(generator, processors, **params)
    return measured_pipeline(pipeline, n)


def measured_pipeline(pipeline, n=ENOUGH):
    measurement = Measurement(pipeline)

    def enough(running):
        if running.results.n_samples >= n:
            raise _EnoughError

    try:
        with pytest.raises(_EnoughError):
            measurement.run(-1, enough)
    finally:
        pipeline.join()
    return measurement.results


def bound_by(results):
    return results.figures.bottleneck.largest.name


@pytest.mark.parametrize("num_processes", [0, 1, 2])
def test_a_slow_processor_is_named_as_what_binds(num_processes):
    processors = [QuickParams(), SlowParams(), QuickParams()]
    results = measured(NumbersParams(n=50), processors, run_parallel=True, num_processes=num_processes)
    assert bound_by(results) == "Slow"
    assert "Bound by Slow" in results.verdict()[0]
    assert results.to_dict()["bound_by"]["name"] == "Slow"
    where = {0: "main process", 1: "1 worker", 2: "2 workers"}[num_processes]
    assert results.to_dict()["bound_by"]["where"] == where


def test_more_workers_are_said_to_be_needed_than_there_are():
    results = measured(NumbersParams(n=50), [SlowParams(seconds=0.02)], run_parallel=True, num_processes=2, n=100)
    needed = results.to_dict()["main_process"]["worker_processes_until_it_binds"]
    assert needed > 2
    assert f"2 worker processes now; {needed} would be needed" in results.verdict()[1]


def test_the_workers_for_a_rate_are_told():
    results = measured(NumbersParams(n=50), [SlowParams(seconds=0.02)], run_parallel=True, num_processes=2, n=100)
    seconds = results.figures.seconds_of_stages[0]
    results.wanted_rate = 2.5 / seconds
    assert results.to_dict()["wanted"]["worker_processes"] == 3
    assert "3 worker processes would be needed" in results.verdict()[-1]
    results.wanted_rate = results.samples_per_second / 2
    assert "fast enough" in results.verdict()[-1]
    results.wanted_rate = 2 * results.figures.main_capacity
    assert "no number of worker processes is enough" in results.verdict()[-1]
    assert results.to_dict()["wanted"]["worker_processes"] is None


def test_a_slow_generator_is_named_as_what_binds():
    results = measured(SlowNumbersParams(n=50), [QuickParams()], run_parallel=True, num_processes=2)
    assert bound_by(results) == "data generator"
    assert "move work from generate() to processors" in results.verdict()[1]


@pytest.mark.parametrize("num_processes", [0, 2])
def test_a_slow_generating_processor_is_named_as_what_binds(num_processes):
    processors = [QuickParams(), SlowPairsParams(), QuickParams()]
    results = measured(NumbersParams(n=50), processors, run_parallel=True, num_processes=num_processes)
    assert bound_by(results) == "SlowPairs"
    if num_processes:
        assert results.figures.bottleneck.is_stream
        assert "samples_per_chunk()" in results.verdict()[1]


def test_slow_maps_of_tensorflow_are_named_as_what_binds():
    def wait(number):
        time.sleep(0.005)
        return number

    def slow(inputs, *rest):
        length = tf.ensure_shape(tf.numpy_function(wait, [inputs["len"]], tf.int32), [1])
        return {**inputs, "len": length}, *rest

    class Generator(TFDatasetGenerator):
        def _transform(self, dataset):
            return dataset.map(slow)

    class SlowInTensorFlow(DataPipeline):
        def _create_tf_dataset_generator(self):
            return Generator(self)

    class Data(TinyData):
        @classmethod
        def data_pipeline_cls(cls):
            return SlowInTensorFlow

    pipeline = create_pipeline(NumbersParams(n=50), [QuickParams()], Data, mode=PipelineMode.TRAINING, batch_size=4)
    assert bound_by(measured_pipeline(pipeline)) == "crossing into TensorFlow"


def test_each_sample_is_counted_at_each_part():
    results = measured(NumbersParams(n=50), [QuickParams(), SlowParams()], run_parallel=True, num_processes=2)
    counts = {part["name"]: part["samples"] for part in results.to_dict()["parts"]}
    assert counts["data generator"] >= counts["Quick"] == counts["Slow"] > ENOUGH / 2


def test_skipped_samples_are_counted():
    policy = SampleErrorPolicy.SKIP
    results = measured(NumbersParams(n=50), [TroubleParams(at=5)], run_parallel=True, sample_errors=policy)
    assert results.skipped_samples == results.to_dict()["skipped_samples"] == 1


def test_the_memory_of_workers_is_told():
    results = measured(NumbersParams(n=50), [SlowParams()], run_parallel=True, num_processes=2)
    assert len(results.memory_of_workers) == 2
    assert min(results.memory_of_workers) > 1 << 20
    assert results.memory > 1 << 20


def test_a_broken_sample_ends_the_benchmark_with_its_name():
    with pytest.raises(SampleError, match="bad number 5"):
        measured(NumbersParams(n=50), [TroubleParams(at=5)], run_parallel=True)


def test_a_generator_that_yields_nothing_ends_the_benchmark_with_a_message():
    class Lying(NumbersParams):
        def create(self, mode):
            generator = super().create(mode)
            generator.generate = lambda: iter(())
            return generator

    with pytest.raises(UserError, match="no training sample"):
        measured(Lying(n=50))


def test_nobody_pays_for_clocks_in_a_training():
    pipeline = create_pipeline(NumbersParams(n=50), [QuickParams()], mode=PipelineMode.TRAINING)
    with pipeline.generate_input_batches() as batches:
        assert len(list(batches)) > 0
    sums = pipeline.times.sums()
    assert (sums.source, sums.run, sums.collating, sums.n_source) == (0, 0, 0, 0)
    assert [stage.names for stage in sums.stages] == [[]]
