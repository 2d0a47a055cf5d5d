# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Processors that change arrays in place harm nobody, and make the same samples wherever they run."""

from dataclasses import dataclass

import numpy as np
import pytest
from paiargparse import pai_dataclass

from test.data.processors import TinyDataParams
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.processor.dataprocessor import (
    DataProcessorParams,
    GeneratingDataProcessor,
    MappingDataProcessor,
)
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.data.pipeline.processor.sample.mapping import apply_in_order
from tfaip.data.pipeline.processor.sample.ownership import own_sample


@pai_dataclass
@dataclass
class InPlaceParams(DataProcessorParams):
    """Changes everything in place, and fails on the way the first time if asked for."""

    fails: bool = False

    @staticmethod
    def cls():
        return InPlace


class InPlace(MappingDataProcessor[InPlaceParams]):
    has_failed = False

    def apply(self, sample):
        sample.inputs["x"] *= 2
        sample.inputs["x"][0] += self.rng.integers(100)
        sample.inputs.pop("other")
        sample.targets[0][:] += 1
        sample.meta["n"] = sample.meta.get("n", 0) + 1
        if self.params.fails and not self.has_failed:
            self.has_failed = True
            raise OSError("the network is down")
        return sample


@pai_dataclass
@dataclass
class GenerateInPlaceParams(DataProcessorParams):
    chunk: int = 0
    fails: bool = False

    def samples_per_chunk(self):
        return self.chunk or None

    @staticmethod
    def cls():
        return GenerateInPlace


class GenerateInPlace(GeneratingDataProcessor[GenerateInPlaceParams]):
    has_failed = False

    def generate(self, samples):
        for sample in samples:
            sample.inputs["x"] *= 3
            if self.params.fails and not self.has_failed:
                self.has_failed = True
                raise OSError("the network is down")
            yield sample


def samples_that_share(size):
    """Return samples some of which come again, and some of which have the arrays of others."""
    shared = np.arange(size)
    samples = [
        Sample(inputs={"x": np.arange(i, i + size), "other": shared}, targets=(shared, [shared]), meta={"i": i})
        for i in range(20)
    ]
    return [*samples, *samples, *(sample.copy() for sample in samples), samples[0]]


def content(sample):
    inputs = {key: array.tolist() for key, array in sample.inputs.items()}
    return inputs, sample.targets[0].tolist(), sample.targets[1][0].tolist(), dict(sample.meta)


def processed(processors, num_processes, size, **kwargs):
    """Return what becomes of the samples; check that the samples themselves stay as they are."""
    samples = samples_that_share(size)
    before = list(map(content, samples))
    params = SequentialProcessorPipelineParams(processors=processors)
    pipeline = params.create(
        DataPipelineParams(num_processes=num_processes, mode=PipelineMode.TRAINING, **kwargs), TinyDataParams()
    )
    pipeline.context.seed = 1
    results = list(map(content, pipeline.apply(samples)))
    pipeline.join()
    assert list(map(content, samples)) == before
    return results


@pytest.mark.parametrize("size", [10, 1000])  # which travel inside of messages, and in shared memory
@pytest.mark.parametrize(
    "processors",
    [
        [InPlaceParams()],
        [GenerateInPlaceParams()],
        [GenerateInPlaceParams(chunk=4)],
        [InPlaceParams(), GenerateInPlaceParams()],
    ],
    ids=["mapping", "stream", "chunks", "both"],
)
def test_changing_arrays_in_place_gives_the_same_samples_for_0_1_and_2_workers(processors, size):
    results = processed(processors, 0, size)
    assert len(results) == 61
    assert results[:20] != results[20:40] or not isinstance(processors[0], InPlaceParams)  # other random numbers
    assert [x["x"][1:] for x, *_ in results[:20]] == [x["x"][1:] for x, *_ in results[40:60]]
    assert all(processed(processors, n, size) == results for n in (1, 2))


@pytest.mark.parametrize("num_processes", [0, 2])
@pytest.mark.parametrize("name", [InPlaceParams, GenerateInPlaceParams])
def test_a_sample_is_tried_again_as_it_was(name, num_processes):
    options = {} if name is InPlaceParams else {"chunk": 4}
    expected = processed([name(**options)], 0, 1000)
    assert processed([name(fails=True, **options)], num_processes, 1000, sample_retries=1) == expected


def test_a_processor_on_its_own_changes_copies():
    samples = samples_that_share(10)
    before = list(map(content, samples))
    processor = InPlaceParams().create(None, PipelineMode.TRAINING)
    assert len(apply_in_order(processor, samples)) == 61
    assert list(map(content, samples)) == before


@pai_dataclass
@dataclass
class CountParams(DataProcessorParams):
    @staticmethod
    def cls():
        return Count


class Count(MappingDataProcessor[CountParams]):
    """Counts in an array that the sample holds twice, and in an object that contains itself."""

    def apply(self, sample):
        sample.inputs["a"] += 1
        sample.meta["n"] += 1
        return sample.new_outputs((sample.inputs["b"].tolist(), sample.meta["it"]["self"]["n"]))


@pytest.mark.parametrize("num_processes", [0, 1])
def test_what_a_sample_holds_twice_or_what_contains_itself_stays_one(num_processes):
    array, circle = np.zeros(1000), {"n": 0}
    circle["it"] = {"self": circle}
    samples = [Sample(inputs={"a": array, "b": array}, targets=0, meta=circle) for _ in range(20)]
    params = SequentialProcessorPipelineParams(processors=[CountParams()])
    pipeline = params.create(DataPipelineParams(num_processes=num_processes), TinyDataParams())
    results = [sample.outputs for sample in pipeline.apply(samples)]
    pipeline.join()
    assert results == [([1] * 1000, 1)] * 20


def test_files_in_memory_and_foreign_objects_stay_shared(tmp_path):
    mapped = np.memmap(tmp_path / "file", "uint8", "w+", shape=(10,))
    thing = object()
    own = own_sample(Sample(inputs=[mapped, thing], meta=None))
    assert own.inputs[0] is mapped
    assert own.inputs[1] is thing
