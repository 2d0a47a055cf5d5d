# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Batches that workers make are, byte for byte, those that are made in this process."""

import numpy as np
import pytest
import tensorflow as tf

from test.data.processors import FailingOnceParams, MulParams, NumbersParams, PairsParams, TroubleParams
from test.data.tinydata import TinyData, create_pipeline, read
from tfaip.data.pipeline.batching.rows import RowBatch, joined
from tfaip.data.pipeline.definitions import PipelineMode, Sample, SampleErrorPolicy
from tfaip.data.pipeline.errors import SampleError
from tfaip.data.pipeline.processor.sample.collating import CollatingStage
from tfaip.util.errors import UserError


def assert_equal(first, second):
    assert len(first) == len(second)
    for a, b in zip(first, second, strict=True):
        for part_a, part_b in zip(a, b, strict=True):
            assert list(part_a) == list(part_b)
            for key in part_a:
                assert part_a[key].dtype == part_b[key].dtype
                np.testing.assert_array_equal(part_a[key], part_b[key])


def drops(*numbers):
    return [TroubleParams(at=number, what="invalid" if number % 2 else "none") for number in numbers]


@pytest.fixture
def made_in_workers(monkeypatch):
    """Count how often workers made the batches."""
    runs = []
    run = CollatingStage.run
    monkeypatch.setattr(CollatingStage, "run", lambda self, items: runs.append(1) or run(self, items))
    return runs


@pytest.mark.parametrize("num_processes", [1, 3])
@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("drop_remainder", [False, True])
@pytest.mark.parametrize("dropped", [(), (0,), (3, 4, 5, 6, 7, 8, 9, 10), (30, 57, 58)])
def test_batches_do_not_depend_on_where_they_are_made(made_in_workers, num_processes, ragged, drop_remainder, dropped):
    def batches(n):
        settings = {"batch_size": 4, "batch_drop_remainder": drop_remainder, "num_processes": n, "run_parallel": n > 0}
        return read(create_pipeline(NumbersParams(n=59), drops(*dropped), ragged=ragged, **settings))

    in_workers = batches(num_processes)
    assert made_in_workers
    assert_equal(in_workers, batches(0))


def test_batches_of_a_repeated_stream_reach_over_its_ends(made_in_workers):
    def batches(n):
        return read(
            create_pipeline(NumbersParams(n=7), drops(2), num_processes=n, batch_size=4, run_parallel=n > 0), 12
        )

    assert_equal(batches(2), batches(0))
    assert made_in_workers


def test_stages_before_the_last_one_run_as_ever(made_in_workers):
    def batches(n):
        processors = [MulParams(), PairsParams()]
        return read(create_pipeline(NumbersParams(n=40), processors, num_processes=n, batch_size=4, run_parallel=n > 0))

    assert_equal(batches(2), batches(0))


@pytest.mark.parametrize("what", ["raise", "kill", "wrong_type"])
def test_a_broken_sample_in_a_batch_is_named_or_skipped(what, made_in_workers):
    settings = {"num_processes": 2, "batch_size": 4, "run_parallel": True}
    with pytest.raises(SampleError) as error:
        read(create_pipeline(NumbersParams(n=30), [TroubleParams(at=9, what=what)], **settings))
    assert error.value.index == 9
    pipeline = create_pipeline(
        NumbersParams(n=30), [TroubleParams(at=9, what=what)], sample_errors=SampleErrorPolicy.SKIP, **settings
    )
    expected = read(create_pipeline(NumbersParams(n=30), drops(9), num_processes=0, batch_size=4))
    assert_equal(read(pipeline), expected)
    assert [skipped.index for skipped in pipeline.skipped_samples] == [9]
    assert made_in_workers


def test_a_sample_that_does_not_fit_to_the_layers_is_named():
    class OtherData(TinyData):
        def _input_layer_specs(self):
            return {"x": tf.TensorSpec([None], "int32"), "len": tf.TensorSpec([2], tf.int32)}

    pipeline = create_pipeline(NumbersParams(n=30), cls=OtherData, num_processes=2, batch_size=4, run_parallel=True)
    with pytest.raises(SampleError, match="do not fit to the announced layer 'len'"):
        read(pipeline)


def test_retries_hold_for_batches_as_well(tmp_path):
    pipeline = create_pipeline(
        NumbersParams(n=30),
        [FailingOnceParams(folder=str(tmp_path), at=[3, 17])],
        num_processes=2,
        run_parallel=True,
        sample_retries=1,
    )
    assert sum(len(batch[0]["x"]) for batch in read(pipeline)) == 30


def test_an_endless_stream_whose_samples_are_all_dropped_ends_with_a_message():
    pipeline = create_pipeline(NumbersParams(n=8), drops(*range(8)), num_processes=2, run_parallel=True)
    with pytest.raises(UserError, match="No sample is left"):
        read(pipeline, 1)


def test_batches_are_taken_apart_and_joined_without_a_trace():
    collator = create_pipeline(NumbersParams(n=1), mode=PipelineMode.TRAINING).generate_input_samples().collator()
    generator = np.random.default_rng(0)
    samples = [
        (
            i,
            Sample(
                inputs={"x": generator.integers(0, 9, generator.integers(0, 6)), "len": [i]},
                targets={"y": [i]},
                meta={"i": i, "text": "x" * i},
            ),
        )
        for i in range(20)
    ]
    groups = [samples[i : i + 3] for i in range(0, 20, 3)]
    parts = [(RowBatch.of(collator, group), [(7, i) for i, _ in group]) for group in groups]
    rejoined = list(joined(parts, collator, 5, drop_remainder=False))
    assert [key for _, key in rejoined] == [(7, 4), (7, 9), (7, 14), (7, 19)]
    assert_equal([batch for batch, _ in rejoined], [collator.collate(samples[i : i + 5]) for i in range(0, 20, 5)])
    assert len(list(joined(parts, collator, 6, drop_remainder=True))) == 3
    assert RowBatch.of(collator, []) is None
