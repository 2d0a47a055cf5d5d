# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
import contextlib
import itertools
import json
import random
import threading

import numpy as np
import pytest

from test.data.processors import MulParams, NumbersParams
from test.data.randomprocessors import Draw, DrawParams
from test.data.tinydata import create_pipeline
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor
from tfaip.data.pipeline.seeding import SeededGenerator, borrowed_globals, seed_globals

N = 24
TWO_DRAWS = (DrawParams(), DrawParams())


def draws(num_processes, generator=None, seed=3, passes=1, processors=TWO_DRAWS, **params):
    """Return the random numbers of each sample, pass by pass."""
    pipeline = create_pipeline(
        generator or NumbersParams(n=N), processors, num_processes=num_processes, run_parallel=True, **params
    )
    pipeline.seed = seed
    try:
        with pipeline.generate_input_samples(auto_repeat=True) as samples:
            return [[sample.meta["draws"] for sample in itertools.islice(samples, N)] for _ in range(passes)]
    finally:
        pipeline.join()


def test_random_numbers_are_the_same_for_0_1_and_3_workers_and_run_after_run():
    here = draws(0)
    assert here == draws(0) == draws(1) == draws(3)
    assert here != draws(0, seed=4)


@pytest.mark.parametrize("num_processes", [0, 2])
def test_samples_of_a_generator_of_batches_draw_the_same_numbers(num_processes):
    assert draws(num_processes, NumbersParams(n=N, batches=[5, 4, 15])) == draws(0)


@pytest.mark.parametrize("num_processes", [0, 2])
def test_a_retried_sample_draws_the_same_numbers(num_processes, tmp_path):
    processors = [DrawParams(), DrawParams(fail_once_in=str(tmp_path))]
    assert draws(num_processes, processors=processors, sample_retries=1) == draws(0)
    assert len(list(tmp_path.iterdir())) >= N


def test_each_sample_each_pass_and_each_processor_draws_other_numbers():
    first, second = draws(0, passes=2)
    seeded = [tuple(sample[i : i + 2]) for sample in first + second for i in (0, 5)]
    assert len(set(seeded)) == 4 * N
    assert len({sample[2] for sample in first + second}) == 2 * N


def test_batches_are_the_same_bytes_for_0_1_and_3_workers():
    def content(num_processes):
        pipeline = create_pipeline(
            NumbersParams(n=N), [DrawParams()], num_processes=num_processes, run_parallel=True, batch_size=5
        )
        pipeline.seed = 1
        with pipeline.generate_input_batches() as batches:
            return [[(key, a.shape, a.tolist()) for part in batch for key, a in part.items()] for batch in batches]

    here = content(0)
    assert "draws" in json.loads(here[0][-1][2][0][0])
    assert here == content(1) == content(3)


def test_the_global_generators_go_on_as_if_nothing_had_been_processed_here():
    random.seed(3)
    np.random.seed(3)
    expected = [(random.random(), np.random.rand()) for _ in range(N)]
    random.seed(3)
    np.random.seed(3)
    pipeline = create_pipeline(NumbersParams(n=N), [DrawParams()], num_processes=0)
    pipeline.seed = 0
    random.seed(3)
    with pipeline.generate_input_samples() as samples:
        assert [(random.random(), np.random.rand()) for _ in samples] == expected


def test_the_global_generators_are_put_back_after_an_error_and_after_the_last_of_several_threads():
    random.seed(3)
    np.random.seed(3)
    expected = random.random(), np.random.rand()
    random.seed(3)
    np.random.seed(3)
    inside, leave = threading.Event(), threading.Event()

    def borrow():
        with borrowed_globals():
            inside.set()
            leave.wait(60)

    thread = threading.Thread(target=borrow)
    thread.start()
    assert inside.wait(60)
    with contextlib.suppress(ValueError), borrowed_globals():
        seed_globals(8)
        raise ValueError
    leave.set()
    thread.join()
    assert (random.random(), np.random.rand()) == expected


def test_a_processor_without_a_pipeline_has_random_numbers_too():
    def numbers():
        random.seed(5)
        processor = Draw(DrawParams(), None, PipelineMode.TRAINING)
        return [processor.apply(Sample(meta={})).meta["draws"][0] for _ in range(3)]

    assert numbers() == numbers()
    assert len(set(numbers())) == 3


def test_a_processor_of_1_2_may_have_an_attribute_of_this_name():
    class Old(MappingDataProcessor[MulParams]):
        def __init__(self, *args, **kwargs):
            self.rng = random.Random(3)
            super().__init__(*args, **kwargs)

        def apply(self, sample):
            return sample.new_inputs(self.rng.random())

    processor = Old(MulParams(), None, PipelineMode.TRAINING)
    processor.seed_rng(4)
    assert processor.apply(Sample()).inputs == random.Random(3).random()


def test_applying_one_processor_to_a_list_draws_the_same_numbers_here_and_in_workers():
    def numbers(num_processes):
        random.seed(6)
        processor = Draw(DrawParams(), None, PipelineMode.TRAINING)
        return [
            s.meta["draws"] for s in processor.apply_on_samples([Sample(inputs=i) for i in range(9)], num_processes)
        ]

    assert numbers(1) == numbers(2)


def test_a_seeded_generator_begins_anew_with_each_seed():
    source = SeededGenerator(1)
    generator = source.generator
    first = generator.random(3).tolist(), int(generator.integers(100, dtype=np.int32))
    source.seed(2, 0)
    assert generator.random(3).tolist() != first[0]
    generator.integers(100, dtype=np.int32)  # keeps half of its bits
    source.seed(1, 0)
    assert (generator.random(3).tolist(), int(generator.integers(100, dtype=np.int32))) == first
    source.seed(1, 1)
    assert generator.random(3).tolist() != first[0]
