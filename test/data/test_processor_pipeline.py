# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A pipeline of processors yields the same samples in the same order wherever it runs."""

import itertools
import os
import random

import numpy as np
import pytest

from test.data.processors import (
    LookAroundParams,
    MulParams,
    NumbersParams,
    PairsParams,
    SlowStartParams,
    TinyDataParams,
    TroubleParams,
)
from tfaip.data.databaseparams import DataBaseParams, DataPipelineParams
from tfaip.data.pipeline.definitions import INPUT_PROCESSOR, PipelineMode, Sample, SampleErrorPolicy
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, SequenceProcessor
from tfaip.data.pipeline.processor.params import ComposedProcessorPipelineParams, SequentialProcessorPipelineParams
from tfaip.util.errors import UserError
from tfaip.util.multiprocessing.workerpools import WorkerPools


def samples(n):
    return [Sample(inputs=i, targets=i, meta={"i": i}) for i in range(n)]


def create(processors, num_processes=0, mode=PipelineMode.TRAINING, run_parallel=True, **kwargs):
    params = SequentialProcessorPipelineParams(run_parallel=run_parallel, processors=processors)
    return params.create(DataPipelineParams(num_processes=num_processes, mode=mode, **kwargs), TinyDataParams())


def inputs(results):
    return [sample.inputs for sample in results]


@pytest.mark.parametrize("num_processes", [0, 1, 3])
def test_every_sample_comes_exactly_once_and_in_order(num_processes):
    pipeline = create([SlowStartParams(), MulParams(), MulParams(factor=5)], num_processes)
    results = list(pipeline.apply(samples(100)))
    assert inputs(results) == [10 * i for i in range(100)]
    assert [sample.meta for sample in results] == [{"i": i} for i in range(100)]
    pids = {sample.outputs for sample in results}
    assert (os.getpid() in pids) == (num_processes == 0)
    assert len(pids) <= max(1, num_processes)
    pipeline.join()


@pytest.mark.parametrize("num_processes", [0, 2])
def test_mapping_and_generating_processors_mix(num_processes):
    processors = [MulParams(), PairsParams(times=2), MulParams(factor=10), PairsParams()]
    pipeline = create(processors, num_processes)
    assert len(pipeline.pipeline) == 4
    assert inputs(pipeline.apply(samples(6))) == [2 * 20, 2 * 100, 2 * 180]
    pipeline.join()


def test_composed_stages_run_mapping_processors_around_a_generating_one():
    stage = SequentialProcessorPipelineParams(processors=[MulParams(), PairsParams(), MulParams(factor=10)])
    params = ComposedProcessorPipelineParams(pipelines=[stage, SequentialProcessorPipelineParams()])
    pipeline = params.create(DataPipelineParams(num_processes=2), TinyDataParams())
    assert len(pipeline.pipeline) == 1
    assert inputs(pipeline.apply(samples(4))) == [20, 100]
    stage.processors.append(PairsParams())
    with pytest.raises(UserError, match="more than one generating"):
        params.create(DataPipelineParams(), TinyDataParams())


def test_processors_of_other_modes_are_left_out():
    processors = [MulParams(modes={PipelineMode.TRAINING}), MulParams(modes=INPUT_PROCESSOR, factor=7)]
    assert inputs(create(processors, mode=PipelineMode.PREDICTION).apply(samples(3))) == [0, 7, 14]
    assert inputs(create(processors, mode=PipelineMode.TARGETS).apply(samples(3))) == [0, 1, 2]
    with pytest.raises(ValueError, match="does not run in a pipeline of mode targets"):
        processors[0].create(None, PipelineMode.TARGETS)


def test_the_workers_of_a_pipeline_serve_one_pass_after_the_other():
    pipeline = create([LookAroundParams()], 2)
    pids = [{sample.outputs["pid"] for sample in pipeline.apply(samples(50))} for _ in range(3)]
    assert os.getpid() not in pids[0]
    assert set.union(*pids) and len(set.union(*pids)) <= 2
    pipeline.join()


def test_a_stream_that_is_not_read_to_its_end_does_not_disturb_the_next_one():
    pipeline = create([MulParams()], 2)
    endless = pipeline.apply(Sample(inputs=i, targets=i) for i in itertools.count())
    assert inputs(itertools.islice(endless, 5)) == [0, 2, 4, 6, 8]
    endless.close()
    assert inputs(pipeline.apply(samples(100))) == [2 * i for i in range(100)]
    pipeline.join()


def test_workers_do_not_read_an_endless_source_ahead_without_bound():
    pipeline, n_read = create([MulParams()], 2), itertools.count()
    results = pipeline.apply(Sample(inputs=next(n_read), targets=0) for _ in itertools.repeat(None))
    next(results)
    assert next(n_read) < 5000
    results.close()
    pipeline.join()


def test_workers_stay_without_tensorflow_and_know_the_working_directory(tmp_path, monkeypatch):
    import tensorflow  # noqa: F401 - the process that starts the workers has it

    monkeypatch.chdir(tmp_path)
    pipeline = create([LookAroundParams()], 1)
    outputs = [sample.outputs for sample in pipeline.apply(samples(10))]
    assert {output["tensorflow"] for output in outputs} == {False}
    assert {output["pid"] for output in outputs} != {os.getpid()}
    assert {output["cwd"] for output in outputs} == {str(tmp_path)}
    pipeline.join()


def test_random_numbers_in_workers_depend_on_the_sample_only():
    def numbers(num_processes):
        random.seed(3)
        pipeline = create([LookAroundParams()], num_processes)
        results = [sample.outputs["random"] for sample in pipeline.apply(samples(20))]
        pipeline.join()
        return results

    one = numbers(1)
    assert one == numbers(3)
    assert len(set(one)) == 20


def test_processing_here_does_not_touch_the_global_random_numbers():
    pipeline = create([MulParams()])
    random.seed(3)
    np.random.seed(3)
    expected = random.random(), np.random.rand()
    random.seed(3)
    np.random.seed(3)
    list(pipeline.apply(samples(10)))
    assert (random.random(), np.random.rand()) == expected


def test_few_samples_do_not_start_workers():
    pipeline = create([LookAroundParams()], 3)
    assert {sample.outputs["pid"] for sample in pipeline.apply(samples(5))} == {os.getpid()}
    assert {sample.outputs["pid"] for sample in pipeline.apply(iter(samples(6)))} == {os.getpid()}


def test_a_prediction_of_a_handful_of_samples_starts_no_workers():
    pipeline = create([LookAroundParams()], 2, mode=PipelineMode.PREDICTION)
    assert {sample.outputs["pid"] for sample in pipeline.apply(samples(20))} == {os.getpid()}


def test_workers_take_over_if_more_samples_come_than_expected():
    pipeline = create([LookAroundParams()], 3)
    results = list(pipeline.apply(iter(samples(50))))
    assert inputs(results) == list(range(50))
    assert {sample.outputs["pid"] for sample in results[:6]} == {os.getpid()}
    assert os.getpid() not in {sample.outputs["pid"] for sample in results[6:]}
    pipeline.join()


def test_run_parallel_false_and_single_samples_stay_in_this_process():
    pipeline = create([LookAroundParams()], 2)
    assert {s.outputs["pid"] for s in pipeline.apply(samples(50), run_parallel=False)} == {os.getpid()}
    assert pipeline.apply_on_sample(samples(1)[0]).outputs["pid"] == os.getpid()


def test_the_limit_is_the_number_of_samples_read():
    assert inputs(create([MulParams()], limit=3).apply(samples(10))) == [0, 2, 4]
    assert inputs(create([MulParams()], limit=3).apply(NumbersParams(n=10))) == [0, 2, 4]
    batches = create([MulParams()], limit=5).apply(NumbersParams(n=8, batches=[2, 2, 2, 2]))
    assert [inputs(batch) for batch in batches] == [[0, 2], [4, 6], [8]]
    assert list(create([], limit=0).apply(samples(2))) == []


@pytest.mark.parametrize("what", ["invalid", "none"])
@pytest.mark.parametrize("num_processes", [0, 2])
def test_dropped_samples_leave_the_pipeline_and_empty_batches_too(what, num_processes):
    pipeline = create([TroubleParams(at=2, what=what), MulParams()], num_processes)
    assert inputs(pipeline.apply(samples(6))) == [0, 2, 6, 8, 10]
    batches = pipeline.apply([samples(6)[:2], samples(6)[2:3], samples(6)[3:]])
    assert [inputs(batch) for batch in batches] == [[0, 2], [6, 8, 10]]
    pipeline.join()


def test_a_pipeline_without_processors_yields_what_it_gets():
    pipeline = SequentialProcessorPipelineParams().create(
        DataPipelineParams(num_processes=8, limit=100), DataBaseParams()
    )
    sample = Sample()
    assert list(pipeline.apply([sample])) == [sample]


@pytest.mark.parametrize("num_processes", [0, 2])
def test_skipped_samples_are_counted_with_their_identity(num_processes, caplog):
    pipeline = create([TroubleParams(at=5)], num_processes, sample_errors=SampleErrorPolicy.SKIP)
    for _ in range(2):
        assert inputs(pipeline.apply(samples(20))) == [i for i in range(20) if i != 5]
    (skipped,) = pipeline.skipped_samples
    assert (skipped.index, skipped.meta) == (5, {"i": 5})
    assert "ValueError in Trouble: bad number 5" in skipped.message
    assert [record.levelname for record in caplog.records].count("WARNING") == 1
    pipeline.join()


def test_stages_give_access_to_their_processors():
    (stage,) = create([MulParams(), MulParams(factor=3)]).pipeline
    sequence = stage.create_processor_fn()
    assert isinstance(sequence, SequenceProcessor)
    assert [processor.params.factor for processor in sequence.processors] == [2, 3]
    assert sequence(samples(2)[1]).inputs == 6


def test_workers_are_replaced_only_if_asked_for():
    params = SequentialProcessorPipelineParams(processors=[LookAroundParams()], max_tasks_per_process=10)
    pipeline = params.create(DataPipelineParams(num_processes=1), TinyDataParams())
    results = list(pipeline.apply(samples(200)))
    assert len({sample.outputs["pid"] for sample in results}) > 1
    assert inputs(results) == list(range(200))
    pipeline.join()


def test_processor_params_can_be_searched_and_replaced():
    stages = [SequentialProcessorPipelineParams(processors=[MulParams(), PairsParams()]) for _ in range(2)]
    params = ComposedProcessorPipelineParams(pipelines=stages)
    assert len(params.flatten_processors()) == 4
    assert len(params.processors_of_type(DataProcessorParams)) == 4
    params.replace_all(MulParams, LookAroundParams())
    assert not params.has_processor(MulParams)
    params.erase_all(PairsParams)
    assert [type(p) for p in params.flatten_processors()] == [LookAroundParams, LookAroundParams]


def test_processors_apply_themselves_in_workers():
    processor = MulParams().create(None, PipelineMode.TARGETS)
    assert processor(Sample(inputs=1, targets=1)).inputs == 2
    assert inputs(processor.apply_on_samples(samples(20), num_processes=2)) == [2 * i for i in range(20)]
    assert inputs(PairsParams().create(None, PipelineMode.TRAINING).apply_on_samples(samples(4))) == [1, 5]


def test_meta_is_a_dictionary_inside_processors():
    def check(sample):
        assert sample.meta == {}
        return sample

    processor = MulParams().create(None, PipelineMode.PREDICTION)
    processor.apply = check
    original = Sample(inputs=1)
    assert processor.apply_on_sample(original) is not original
    assert original.meta is None


def test_more_pipelines_at_once_than_pools_are_kept_share_nothing_and_leave_nothing():
    pools = WorkerPools(max_idle=1)
    pipelines = [create([MulParams(factor=factor)], num_processes=1) for factor in range(4)]
    for pipeline in pipelines:
        pipeline.context.pools = pools
    for _ in range(2):
        streams = [pipeline.apply(samples(20)) for pipeline in pipelines]
        rows = [inputs(row) for row in zip(*streams, strict=True)]
        assert rows == [[factor * i for factor in range(4)] for i in range(20)]
        assert len(pools._idle) == 1 and not pools._leased
    left = pools._idle[0][1]
    pools.close()
    assert left.closed and not pools._idle
