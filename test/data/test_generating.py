# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A generating stage yields the same samples wherever it runs: in one worker process, or by chunks in several."""

import itertools
import os
import random
import signal
import threading

import numpy as np
import pytest

from test.data.deadline import in_time
from test.data.generatingprocessors import GenerateParams
from test.data.processors import FailingOnceParams, MulParams, NumbersParams, TinyDataParams, TroubleParams
from test.data.randomprocessors import DrawParams
from test.data.tinydata import TinyData
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.definitions import PipelineMode, Sample, SampleErrorPolicy
from tfaip.data.pipeline.errors import SampleError
from tfaip.data.pipeline.processor.params import ComposedProcessorPipelineParams, SequentialProcessorPipelineParams
from tfaip.util.errors import UserError

N = 100


def samples(n=N):
    return [Sample(inputs=i, targets=i, meta={"i": i}) for i in range(n)]


def create(processors, num_processes, seed=3, **kwargs):
    """Return a pipeline of one stage that holds all processors."""
    stage = SequentialProcessorPipelineParams(processors=processors)
    pipeline = ComposedProcessorPipelineParams(pipelines=[stage]).create(
        DataPipelineParams(num_processes=num_processes, **kwargs), TinyDataParams()
    )
    pipeline.context.seed = seed
    return pipeline


def run(processors, num_processes, source=None, seed=3, **kwargs):
    """Return all results, or the exception."""
    pipeline = create(processors, num_processes, seed, **kwargs)
    result = in_time(lambda: list(pipeline.apply(samples() if source is None else source)))
    pipeline.join()
    return result


def content(results):
    return [(sample.inputs, sample.meta) for sample in results]


def pids(results):
    return {sample.inputs for sample in results}


@pytest.mark.parametrize("chunk", [None, 7])
@pytest.mark.parametrize("how", ["pairs", "all_first", "many", "early", "draw"])
def test_samples_are_the_same_for_0_1_and_3_workers(how, chunk):
    def results(num_processes):
        processors = [MulParams(), DrawParams(), GenerateParams(how=how, chunk=chunk), MulParams(), DrawParams()]
        return run(processors, num_processes)

    here = results(0)
    assert len(here) > 2
    for num_processes in (1, 3):
        assert content(results(num_processes)) == content(here)
    assert len({str(sample.meta["draws"]) for sample in here}) == len(here)
    other_seed = run([GenerateParams(how="draw", chunk=chunk)], 0, seed=4)
    assert set(itertools.chain(*[sample.inputs for sample in other_seed])).isdisjoint(
        itertools.chain(*[sample.inputs for sample in run([GenerateParams(how="draw", chunk=chunk)], 0)])
    )


def test_a_stage_runs_in_one_worker_process_and_chunks_in_all():
    one = pids(run([MulParams(), GenerateParams(how="pids")], 3))
    assert len(one) == 1 and os.getpid() not in one
    pipeline = create([GenerateParams(how="pids", chunk=2)], 3)
    several = in_time(lambda: set.union(*(pids(pipeline.apply(samples(500))) for _ in range(3))))
    pipeline.join()
    assert len(several) > 1 and os.getpid() not in several


def test_few_samples_do_not_start_a_worker():
    assert pids(run([GenerateParams(how="pids")], 3, samples(5))) == {os.getpid()}
    assert pids(run([GenerateParams(how="pids")], 3, iter(samples(5)))) == {os.getpid()}
    assert os.getpid() not in pids(run([GenerateParams(how="pids")], 3, iter(samples(50))))


def test_generate_is_called_for_each_chunk():
    results = run([GenerateParams(how="all_first", chunk=4)], 2, samples(10))
    assert [sample.inputs for sample in results] == [3, 2, 1, 0, 7, 6, 5, 4, 9, 8]
    processor = GenerateParams(how="all_first", chunk=4).create(None, PipelineMode.TRAINING)
    assert [s.inputs for s in processor.apply_on_samples(samples(10))] == [s.inputs for s in results]
    assert isinstance(run([GenerateParams(chunk=0)], 2), UserError)


@pytest.mark.parametrize("num_processes", [0, 2])
@pytest.mark.parametrize("chunk", [None, 3])
def test_a_batch_is_a_chunk(num_processes, chunk):
    batches = [samples(10)[:4], samples(10)[4:5], [], samples(10)[5:]]
    results = run([GenerateParams(how="all_first", chunk=chunk)], num_processes, batches)
    assert [[s.inputs for s in batch] for batch in results] == [[3, 2, 1, 0], [4], [9, 8, 7, 6, 5]]


@pytest.mark.parametrize("num_processes", [0, 1, 2])
@pytest.mark.parametrize("chunk", [None, 8])
def test_a_training_generates_pass_after_pass(num_processes, chunk):
    data = TinyData(TinyDataParams())
    data.params.pre_proc.processors = [GenerateParams(how="all_first", chunk=chunk)]
    data.seed_pipelines(3)
    pipeline = data.create_pipeline(DataPipelineParams(num_processes=num_processes), NumbersParams(n=20))

    def read():
        with pipeline.generate_input_samples(auto_repeat=True) as stream:
            return [sample.inputs for sample in itertools.islice(stream, 60)]

    numbers = in_time(read)
    pipeline.join()
    one = list(range(19, -1, -1)) if chunk is None else [*range(7, -1, -1), *range(15, 7, -1), *range(19, 15, -1)]
    assert numbers == 3 * one


@pytest.mark.parametrize("num_processes", [0, 1])
def test_a_generator_that_stops_early_ends_even_if_its_source_does_not(num_processes):
    source = (Sample(inputs=i, targets=i, meta={"i": i}) for i in itertools.count())
    assert [sample.inputs for sample in run([GenerateParams(how="early")], num_processes, source)] == [0, 1, 2]


def test_nothing_is_read_or_generated_ahead_without_bound():
    n_read = itertools.count()
    source = (Sample(inputs=np.zeros(1 << 17), targets=0, meta={"i": next(n_read)}) for _ in itertools.repeat(None))
    pipeline = create([GenerateParams(how="pairs", at=-2)], 1, max_buffer=8)
    results = pipeline.apply(source)
    for _ in range(20):
        in_time(lambda: next(results))
    assert next(n_read) < 40 + 30
    results.close()
    pipeline.join()


def test_endless_outputs_of_one_input_flow_in_bounded_amounts():
    pipeline = create([GenerateParams(how="endless", times=1 << 17)], 1, max_buffer=16)
    results = pipeline.apply(samples())
    for _ in range(100):
        assert in_time(lambda: next(results)).inputs.shape == (1 << 17,)
    (memory,) = pipeline.context.pools.memory
    assert 0 < memory < 400 << 20
    results.close()
    assert in_time(lambda: len(list(itertools.islice(pipeline.apply(samples()), 3)))) == 3
    pipeline.join()


def test_a_stream_that_is_not_read_to_its_end_does_not_disturb_the_next_one():
    pipeline = create([GenerateParams(how="many")], 1)
    stream = pipeline.apply(samples(1000))
    first = [sample.inputs for sample in itertools.islice(stream, 5)]
    stream.close()
    full = in_time(lambda: list(pipeline.apply(samples(1000))))
    assert first == [sample.inputs for sample in full][:5]
    assert len(full) == 3000
    pipeline.join()


@pytest.mark.parametrize("num_processes", [0, 1])
def test_generating_here_or_there_does_not_touch_the_global_random_numbers(num_processes):
    def source():
        random.seed(3)
        np.random.seed(3)
        for i in range(20):
            yield Sample(inputs=(random.random(), np.random.rand()), targets=0, meta={"i": i})

    expected = [sample.inputs for sample in source()]
    results = run([GenerateParams(how="all_first"), DrawParams()], num_processes, source())
    assert [sample.inputs for sample in results][::-1] == expected


# Errors


@pytest.mark.parametrize("num_processes", [0, 2])
@pytest.mark.parametrize("chunk", [None, 5])
def test_an_exception_names_processor_and_last_sample_and_keeps_its_type(num_processes, chunk):
    error = run([MulParams(), GenerateParams(at=42, chunk=chunk)], num_processes)
    assert isinstance(error, SampleError) and isinstance(error, LookupError)
    assert (error.processor, error.index, error.meta) == ("Generate", 42, {"i": 42})
    assert "cannot go on" in str(error)
    assert (error.worker_traceback is not None) == (num_processes > 0)
    assert num_processes == 0 or "happen_raise" in error.worker_traceback


@pytest.mark.parametrize("num_processes", [0, 1])
@pytest.mark.parametrize("place", [0, 1])
def test_mapping_processors_around_it_skip_single_samples(num_processes, place):
    processors = [GenerateParams(how="all_first")]
    processors.insert(place, TroubleParams(at=42))
    error = run(processors, num_processes)
    assert isinstance(error, SampleError)
    assert (error.processor, error.meta) == ("Trouble", {"i": 42})
    results = run(processors, num_processes, sample_errors=SampleErrorPolicy.SKIP)
    assert [sample.inputs for sample in results] == [i for i in reversed(range(N)) if i != 42]


@pytest.mark.parametrize("num_processes", [0, 2])
def test_a_chunk_can_be_skipped_and_all_its_samples_count(num_processes):
    processors = [GenerateParams(at=42, chunk=5)]
    pipeline = create(processors, num_processes, sample_errors=SampleErrorPolicy.SKIP, max_skipped_samples=5)
    results = in_time(lambda: list(pipeline.apply(samples())))
    assert content(results) == content(run([GenerateParams(chunk=5)], 0)[:24] + run([GenerateParams(chunk=5)], 0)[27:])
    assert [skipped.index for skipped in pipeline.skipped_samples] == [40, 41, 42, 43, 44]
    pipeline.join()
    error = run(processors, num_processes, sample_errors=SampleErrorPolicy.SKIP, max_skipped_samples=4)
    assert isinstance(error, SampleError)


@pytest.mark.parametrize("num_processes", [0, 1])
def test_without_chunks_a_failure_is_raised_with_the_way_out(num_processes):
    error = run([GenerateParams(at=42)], num_processes, sample_errors=SampleErrorPolicy.SKIP)
    assert isinstance(error, SampleError)
    assert "samples_per_chunk" in error.hint


@pytest.mark.parametrize("num_processes", [0, 2])
def test_a_chunk_is_tried_again(num_processes, tmp_path):
    results = run([GenerateParams(at=42, chunk=5, folder=str(tmp_path))], num_processes, sample_retries=1)
    assert content(results) == content(run([GenerateParams(chunk=5)], 0))


@pytest.mark.parametrize("how", ["unpicklable", "no_sample"])
@pytest.mark.parametrize("chunk", [None, 5])
def test_what_cannot_be_delivered_is_reported(how, chunk):
    error = run([GenerateParams(how=how, times=42, chunk=chunk)], 1)
    assert isinstance(error, SampleError)
    assert ("cannot be pickled" if how == "unpicklable" else "expected a Sample") in str(error)


@pytest.mark.parametrize("chunk", [None, 5])
def test_what_cannot_be_unpickled_is_named_or_skipped(chunk):
    processors = [MulParams(), GenerateParams(how="unreadable", times=42, chunk=chunk)]
    error = run(processors, 2)
    assert isinstance(error, SampleError) and isinstance(error, RuntimeError)
    assert (error.index, error.meta) == ((42, {"i": 42}) if chunk is None else (40, {"i": 40}))
    assert "(Mul, Generate) cannot be unpickled: not at home" in str(error)
    results = run(processors, 2, sample_errors=SampleErrorPolicy.SKIP)
    left_out = [42] if chunk is None else [40, 41, 42, 43, 44]
    assert [sample.meta["i"] for sample in results] == [i for i in range(N) if i not in left_out]


@pytest.mark.parametrize("num_processes", [0, 1])
@pytest.mark.parametrize("how", ["pairs", "swallow"])
def test_an_error_of_the_source_comes_after_what_was_made_before(num_processes, how):
    def source():
        yield from samples(40)
        raise KeyError("source")

    pipeline = create([GenerateParams(how=how)], num_processes)
    results = []

    def read():
        for sample in pipeline.apply(source()):
            results.append(sample.inputs)

    assert isinstance(in_time(read), KeyError)
    pipeline.join()
    assert results == ([4 * i + 1 for i in range(20)] if how == "pairs" else [*range(40), -1])


@pytest.mark.parametrize("chunk", [None, 5])
def test_an_exception_in_init_is_reported_at_once(chunk):
    error = run([TroubleParams(what="init"), GenerateParams(chunk=chunk)], 2)
    assert isinstance(error, UserError)
    assert "no such model file" in str(error)


def test_a_sample_that_cannot_be_sent_is_reported():
    source = [*samples(), Sample(inputs=lambda: None, targets=0, meta={"i": -1})]
    error = run([GenerateParams()], 1, source)
    assert isinstance(error, UserError)
    assert "cannot be sent to a worker process" in str(error)


# Dead workers


@pytest.mark.parametrize("how", ["pairs_kill", "many_kill", "draw_kill"])
@pytest.mark.parametrize("chunk", [None, 5])
def test_a_killed_worker_is_replaced_and_nothing_is_lost_or_repeated(how, chunk, tmp_path):
    processors = [DrawParams(), GenerateParams(how=how, at=90, chunk=chunk, folder=str(tmp_path)), DrawParams()]
    killed = run(processors, 2)
    assert (tmp_path / "happened").exists()
    assert content(killed) == content(run(processors, 0))


@pytest.mark.parametrize("memory", [None, 1])
def test_a_worker_that_dies_late_gets_all_samples_of_the_pass_again(memory, tmp_path, monkeypatch):
    if memory is not None:  # most samples are kept in a file
        monkeypatch.setattr("tfaip.util.multiprocessing.stream.journal._DEFAULT_BYTES", 1 << 16)
    source = [Sample(inputs=np.full(5000, i), targets=0, meta={"i": i}) for i in range(300)]
    processors = [GenerateParams(how="many_kill", at=290, folder=str(tmp_path))]
    results = run(processors, 1, source, max_buffer=0)
    assert [int(sample.inputs[0]) for sample in results] == [1000 * i + k for i in range(300) for k in range(3)]


def test_a_worker_that_dies_without_kept_samples_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr("tfaip.util.multiprocessing.stream.journal._DEFAULT_BYTES", 1 << 16)
    monkeypatch.setattr("tfaip.util.multiprocessing.stream.journal._free_bytes", lambda file: 0)
    source = [Sample(inputs=np.full(5000, i), targets=0, meta={"i": i}) for i in range(100)]
    error = run([GenerateParams(how="many_kill", at=90, folder=str(tmp_path))], 1, source, max_buffer=0)
    assert isinstance(error, UserError)
    assert "samples that it had read are not there any more" in str(error)


@pytest.mark.parametrize("chunk", [None, 5])
def test_a_sample_that_kills_two_workers_is_named(chunk):
    error = run([GenerateParams(how="pairs_kill", at=42, chunk=chunk)], 2)
    assert isinstance(error, SampleError)
    assert "killed by signal 9" in str(error)
    assert (error.processor, error.index, error.meta) == ("Generate", 42, {"i": 42})


def test_a_chunk_that_kills_two_workers_can_be_skipped():
    processors = [GenerateParams(how="pairs_kill", at=42, chunk=5)]
    results = run(processors, 2, sample_errors=SampleErrorPolicy.SKIP)
    assert content(results) == content(run([GenerateParams(chunk=5)], 0)[:24] + run([GenerateParams(chunk=5)], 0)[27:])


def test_a_processor_whose_repetition_differs_is_told(tmp_path):
    processors = [GenerateParams(how="differ_kill", at=90, folder=str(tmp_path))]
    source = (sample for sample in samples())
    pipeline = create(processors, 1)

    def read():
        return [sample.inputs for sample in pipeline.apply(_slowly(source))]

    error = in_time(read)
    pipeline.join()
    assert isinstance(error, UserError), error
    assert "differs" in str(error)
    assert "self.rng" in error.hint


def _slowly(source):
    """Let the outputs of the first samples come before the last samples are sent."""
    for sample in source:
        threading.Event().wait(0.01)
        yield sample


@pytest.mark.slow
@pytest.mark.parametrize("num_processes", [1, 3])
def test_random_kills_and_exceptions_of_10000_samples_change_nothing(num_processes, tmp_path):
    def stages(folder):
        folder.mkdir()
        fails = FailingOnceParams(folder=str(folder), at=list(range(0, 10_000, 501)))
        stage_1 = SequentialProcessorPipelineParams(processors=[fails, DrawParams(), GenerateParams(how="draw")])
        stage_2 = SequentialProcessorPipelineParams(processors=[GenerateParams(how="draw", chunk=16), DrawParams()])
        return ComposedProcessorPipelineParams(pipelines=[stage_1, stage_2])

    def read(folder, processes):
        params = DataPipelineParams(num_processes=processes, sample_retries=1)
        pipeline = stages(folder).create(params, TinyDataParams())
        pipeline.context.seed = 3
        generator, results = random.Random(num_processes), []
        for sample in pipeline.apply(samples(10_000)):
            results.append((sample.inputs, sample.meta))
            if processes and len(results) % 3000 == 0:
                pools = [pool for pool in pipeline.context.pools._leased if pool.processes]
                os.kill(generator.choice(generator.choice(pools).processes).pid, signal.SIGKILL)
        pipeline.join()
        return results

    assert read(tmp_path / "workers", num_processes) == read(tmp_path / "here", 0)
