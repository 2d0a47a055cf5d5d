# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
import itertools
import random

import pytest

from test.data.processors import NumbersParams, TinyDataParams
from test.data.randomprocessors import ShuffledNumbersParams
from test.data.tinydata import TinyData, create_pipeline
from tfaip.data.pipeline.datagenerator import RawDataGenerator, seeded_pass
from tfaip.data.pipeline.definitions import PipelineMode, Sample


def raw_generator(n=30, mode=PipelineMode.TRAINING):
    return RawDataGenerator([Sample(inputs=i) for i in range(n)], mode, NumbersParams())


def numbers(samples):
    return [sample.inputs for sample in samples]


def test_samples_in_memory_are_shuffled_by_seed_and_pass_and_the_list_of_the_caller_keeps_its_order():
    generator = raw_generator()
    orders = [numbers(seeded_pass(generator, seed, epoch)) for seed, epoch in [(1, 0), (1, 1), (2, 0), (1, 0)]]
    assert orders[0] == orders[3]
    assert len({tuple(order) for order in orders}) == 3
    assert all(sorted(order) == list(range(30)) for order in orders)
    assert numbers(generator.raw_data) == list(range(30))


def test_samples_in_memory_are_shuffled_anew_in_each_pass_without_a_pipeline():
    generator = raw_generator()
    assert numbers(generator.generate()) != numbers(generator.generate())
    generator.shuffle = False
    assert numbers(generator.generate()) == list(range(30))


@pytest.mark.parametrize("mode", [PipelineMode.TRAINING, PipelineMode.EVALUATION])
def test_a_pass_of_samples_in_memory_begins_anywhere(mode):
    whole = numbers(seeded_pass(raw_generator(mode=mode), 1, 2))
    for index in (1, 29, 30, 31):
        assert numbers(seeded_pass(raw_generator(mode=mode), 1, 2, index)) == whole[index:]


@pytest.mark.parametrize("source", ["rng", "random"])
def test_a_generator_gets_random_numbers_for_each_pass(source):
    def passes(seed):
        pipeline = create_pipeline(ShuffledNumbersParams(n=20, source=source), mode=PipelineMode.TRAINING)
        pipeline.seed = seed
        with pipeline.generate_input_samples(auto_repeat=True) as samples:
            return [[(s.meta["i"], s.meta["epoch"]) for s in itertools.islice(samples, 20)] for _ in "ab"]

    random.seed(1)
    first, second = passes(3)
    assert {epoch for _, epoch in first} == {0} and {epoch for _, epoch in second} == {1}
    assert [i for i, _ in first] != [i for i, _ in second]
    random.seed(2)
    assert passes(3) == [first, second]
    assert passes(4) != [first, second]


def test_batches_of_a_generator_are_left_out_as_a_whole():
    generator = ShuffledNumbersParams(n=10, batches=4).create(PipelineMode.TRAINING)
    whole = [numbers(batch) for batch in seeded_pass(generator, 1, 0)]
    assert [numbers(batch) for batch in seeded_pass(generator, 1, 0, 4)] == whole[1:]


def test_the_seed_of_the_data_is_that_of_all_pipelines_in_all_modes_and_of_preloaded_ones():
    data = TinyData(TinyDataParams())
    early = create_pipeline(NumbersParams())
    data._pipelines[PipelineMode.EVALUATION] = early
    data.seed_pipelines(7)
    late = data.create_pipeline(early.pipeline_params, NumbersParams())
    assert (early.seed, late.seed, late.to_mode(PipelineMode.PREDICTION).seed) == (7, 7, 7)
    late.seed = 8
    assert late.to_mode(PipelineMode.PREDICTION).seed == 8
    assert late.as_preloaded(progress_bar=False).seed == 8
