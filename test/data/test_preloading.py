# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples are processed once, in workers, held once in memory, and mixed as if they were read anew."""

import itertools
import os
import tracemalloc
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest
from paiargparse import pai_dataclass

from test.data.processors import LookAroundParams, NumbersParams, PairsParams, TinyDataParams, TroubleParams
from test.data.tinydata import TinyData, create_pipeline, read, xs
from tfaip.data.databaseparams import DataGeneratorParams, DataPipelineParams
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.mixing import MixingDataGenerator
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams

MEGABYTE = 1 << 20


@pai_dataclass
@dataclass
class LargeParams(DataProcessorParams):
    @staticmethod
    def cls():
        return Large


class Large(MappingDataProcessor[LargeParams]):
    """Makes a sample of 1 MB."""

    def apply(self, sample: Sample) -> Sample:
        return sample.new_outputs(np.full([MEGABYTE], sample.inputs % 256, np.uint8))


@pai_dataclass
@dataclass
class MixedParams(DataGeneratorParams):
    """The numbers 0 to 4 and 100 to 149, mixed 1 to 3."""

    @staticmethod
    def cls():
        return Mixed


class Mixed(MixingDataGenerator[MixedParams]):
    def parts(self):
        return [range(5), range(100, 150)]

    def ratios(self):
        return [1, 3]

    def make_sample(self, content):
        return Sample(inputs=content, targets=content, meta={"i": content})


def numbers(pipeline, n):
    with pipeline.generate_input_samples(auto_repeat=True) as samples:
        return [sample.meta["i"] for sample in itertools.islice(samples, n)]


def test_preloading_holds_the_samples_once():
    n = 60
    processors = [LargeParams(), TroubleParams(at=-1, what="augment")]
    pipeline = create_pipeline(NumbersParams(n=n), processors)
    tracemalloc.start()
    try:
        raw = pipeline.as_preloaded(progress_bar=False)
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [sample.outputs[0] for sample in raw.samples] == list(range(n))
    assert n * MEGABYTE < held <= peak < (n + 5) * MEGABYTE


def test_preloading_runs_in_workers():
    processors = [LookAroundParams(), TroubleParams(at=-1, what="augment")]
    pipeline = create_pipeline(NumbersParams(n=20), processors, run_parallel=True)
    raw = pipeline.as_preloaded(progress_bar=False)
    pipeline.join()
    assert os.getpid() not in {sample.outputs["pid"] for sample in raw.samples}


@pytest.mark.parametrize("progress_bar", [False, True])
def test_the_progress_bar_of_preloading_counts_the_samples(progress_bar, capsys):
    for generator, n in ((NumbersParams(n=7), 7), (MixedParams(), 55)):
        create_pipeline(generator).as_preloaded(progress_bar=progress_bar)
        text = capsys.readouterr().err
        assert (f"{n}/{n}" in text) == ("Loading samples" in text) == progress_bar


def test_preloading_without_validation_data_leaves_none():
    data = TinyData(TinyDataParams(pre_proc=SequentialProcessorPipelineParams()))
    train = data.get_or_create_pipeline(DataPipelineParams(num_processes=0), NumbersParams(n=3))
    assert data.get_or_create_pipeline(DataPipelineParams(mode=PipelineMode.EVALUATION), None) is None
    data.preload(progress_bar=False)
    assert data.pipeline_by_mode(PipelineMode.EVALUATION) is None
    assert data.pipeline_by_mode(PipelineMode.TRAINING) is not train


def test_preloading_empty_data_gives_nothing():
    raw = create_pipeline(NumbersParams(n=0)).as_preloaded(progress_bar=False)
    assert raw.samples == []
    assert read(raw) == []
    assert raw.input_dataset() is None


def test_the_limit_holds_for_preloaded_samples_but_does_not_keep_any_from_being_loaded():
    raw = create_pipeline(NumbersParams(n=9), limit=4, batch_size=3).as_preloaded(progress_bar=False)
    assert len(raw.samples) == 9
    assert xs(read(raw)) == [[0, 1, 2], [3]]


def test_preloading_an_endless_mixture_loads_each_sample_once_and_keeps_the_ratios():
    pipeline = create_pipeline(MixedParams(), mode=PipelineMode.TRAINING, num_processes=0)
    raw = pipeline.as_preloaded(progress_bar=False)
    assert [sample.meta["i"] for sample in raw.samples] == [*range(5), *range(100, 150)]
    found = numbers(raw, 4000)
    assert Counter(number < 100 for number in found)[True] / 4000 == pytest.approx(0.25, abs=0.04)
    assert found[:300] == numbers(pipeline, 300)
    assert len(raw.generate_input_samples()) == 55
    evaluation = raw.to_mode(PipelineMode.EVALUATION)
    assert numbers(evaluation, 55) == [*range(5), *range(100, 150)]


def test_a_single_pass_of_an_endless_mixture_ends():
    for limit, n in ((-1, 55), (7, 7), (99, 55)):
        pipeline = create_pipeline(MixedParams(), mode=PipelineMode.TRAINING, num_processes=0, limit=limit)
        assert len(list(pipeline.generate_input_samples())) == len(pipeline.generate_input_samples()) == n
        assert sum(len(batch) for batch in xs(read(pipeline))) == n
    assert len(numbers(pipeline, 100)) == 100


def test_samples_that_are_dropped_leave_their_part_only():
    processors = [TroubleParams(at=3, what="none")]
    raw = create_pipeline(MixedParams(), processors, mode=PipelineMode.TRAINING, num_processes=0).as_preloaded(False)
    assert len(raw.samples) == 54
    raw.samples = [sample for sample in raw.samples if sample.meta["i"] != 100]
    found = numbers(raw, 4000)
    assert set(found) == {0, 1, 2, 4, *range(101, 150)}
    assert sum(number < 100 for number in found) / 4000 == pytest.approx(0.25, abs=0.04)


@pytest.mark.parametrize("run_parallel", [False, True])
def test_batches_of_a_generator_stay_together_in_memory(run_parallel):
    generator = NumbersParams(n=9, batches=[1, 3, 2, 1, 2])
    processors = [TroubleParams(at=0, what="none"), PairsParams(), TroubleParams(at=-1, what="augment")]
    pipeline = create_pipeline(generator, processors, run_parallel=run_parallel)
    raw = pipeline.as_preloaded(progress_bar=False)
    assert raw.auto_batch
    assert len(raw.samples) == 3
    assert xs(read(raw)) == [[3], [9], [15]]  # sums of pairs within a batch
    pipeline.join()


def test_batches_in_memory_come_in_a_random_order_in_training():
    generator = NumbersParams(n=9, batches=[1, 3, 2, 1, 2])
    raw = create_pipeline(generator, mode=PipelineMode.TRAINING, num_processes=0).as_preloaded(progress_bar=False)
    batches = xs(read(raw, 10))
    expected = [[0], [1, 2, 3], [4, 5], [6], [7, 8]]
    assert sorted(batches[:5]) == sorted(batches[5:]) == expected
    assert batches[:5] != batches[5:]
    assert raw.create_data_generator().steps_per_epoch(16) == 5
    raw.samples = [sample for sample in raw.samples if sample.meta["i"] not in (0, 2)]
    assert sorted(xs(read(raw))) == [[1, 3], [4, 5], [6], [7, 8]]
