# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Cutting a run after any batch and going on from its position gives the batches of the run that was never cut."""

import itertools
import json
from contextlib import closing

import pytest

from test.data.generatingprocessors import GenerateParams
from test.data.processors import NumbersParams, PairsParams, TroubleParams
from test.data.randomprocessors import DrawParams, ShuffledNumbersParams
from test.data.tinydata import create_pipeline
from tfaip.data.pipeline.definitions import PipelineMode, SampleErrorPolicy
from tfaip.data.pipeline.position import Position
from tfaip.data.pipeline.processor.params import ComposedProcessorPipelineParams, SequentialProcessorPipelineParams
from tfaip.util.errors import UserError

N = 23
DROP = TroubleParams(at=7, what="none")
PAIRS = PairsParams(times=3)
CHUNKS = GenerateParams(how="many", chunk=4)
IN_BATCHES = ShuffledNumbersParams(n=N, batches=6)

CONFIGURATIONS = {
    "plain": {},
    "drop remainder": {"batch_drop_remainder": True},
    "single samples": {"batch_size": 1},
    "one batch is more than a pass": {"batch_size": 40},
    "limit": {"limit": 9},
    "dropped sample": {"processors": [DROP, DrawParams()]},
    "last sample dropped": {"processors": [TroubleParams(at=8, what="invalid")], "limit": 9, "batch_size": 3},
    "skipped sample": {"processors": [TroubleParams(at=3)], "sample_errors": SampleErrorPolicy.SKIP},
    "shuffle buffer": {"shuffle_buffer_size": 6, "processors": [DROP, DrawParams()]},
    "shuffle buffer over passes": {"shuffle_buffer_size": 60, "batch_size": 7},
    "buckets": {"bucket_boundaries": [5, 15], "ragged": True, "processors": [DROP, DrawParams()]},
    "token budget": {"bucket_token_budget": 40, "ragged": True},
    "token budget that single samples exceed": {"bucket_token_budget": 12, "bucket_boundaries": [9], "ragged": True},
    "shuffle buffer and buckets": {"shuffle_buffer_size": 9, "bucket_boundaries": [5, 15], "ragged": True},
    "batches of the generator": {
        "generator": ShuffledNumbersParams(n=N, batches=4),
        "processors": [DROP, DrawParams()],
    },
    "batches of the generator, limit": {"generator": ShuffledNumbersParams(n=N, batches=4), "limit": 10},
    "generating": {"processors": [PAIRS]},
    "generating, shuffle buffer": {"processors": [PAIRS], "shuffle_buffer_size": 50, "batch_size": 7},
    "generating, then dropped": {"processors": [DROP, PAIRS, TroubleParams(at=1, what="none")], "batch_size": 3},
    "chunks": {"processors": [DROP, DrawParams(), CHUNKS, TroubleParams(at=1, what="none")]},
    "chunks, shuffle buffer": {"processors": [CHUNKS], "shuffle_buffer_size": 50, "batch_size": 7},
    "chunks, limit": {"processors": [CHUNKS], "limit": 9, "batch_size": 5},
    "generating in batches": {"generator": IN_BATCHES, "processors": [PAIRS]},
    "generator of 1.2": {"generator": ShuffledNumbersParams(n=N, source="random")},
    "evaluation": {"mode": PipelineMode.EVALUATION, "shuffle_buffer_size": 5},
}


def pipeline_of(num_processes, generator=None, seed=5, **config):
    config = {"batch_size": 4, "mode": PipelineMode.TRAINING, **config}
    generator = generator or ShuffledNumbersParams(n=N)
    pipeline = create_pipeline(generator, num_processes=num_processes, run_parallel=num_processes > 0, **config)
    pipeline.seed = seed
    return pipeline


def content(batch):
    return [
        (part, key, str(array.dtype), array.shape, array.tolist())
        for part, arrays in enumerate(batch)
        for key, array in sorted(arrays.items())
    ]


def run(pipeline, n=None, auto_repeat=True, start=None):
    """Return ``n`` batches and the positions behind them, as a checkpoint stores them."""
    if start is not None:
        pipeline.start_at(Position.from_dict(json.loads(start)))
    try:
        with closing(pipeline.generate_input_samples(auto_repeat).positioned_batches()) as batches:
            read = [
                (content(batch), json.dumps(position.to_dict())) for batch, position in itertools.islice(batches, n)
            ]
    finally:
        pipeline.join()
    return [batch for batch, _ in read], [position for _, position in read]


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_run_goes_on_after_any_batch_over_several_passes(name):
    config = CONFIGURATIONS[name]
    n = 3 * N // config.get("batch_size", 4) + 2
    batches, positions = run(pipeline_of(0, **config), n)
    assert len(batches) == n
    for cut, position in enumerate(positions, 1):
        following, following_positions = run(pipeline_of(0, seed=1, **config), n - cut, start=position)
        assert following == batches[cut:], f"cut after batch {cut}"
        assert following_positions == positions[cut:], f"cut after batch {cut}"


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_single_pass_goes_on_after_any_batch_to_the_same_end(name):
    config = CONFIGURATIONS[name]
    batches, positions = run(pipeline_of(0, **config), auto_repeat=False)
    assert batches
    for cut, position in enumerate(positions, 1):
        assert run(pipeline_of(0, **config), auto_repeat=False, start=position)[0] == batches[cut:]


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_run_goes_on_with_another_number_of_workers(name):
    config = CONFIGURATIONS[name]
    n = 2 * N // config.get("batch_size", 4) + 2
    batches, positions = run(pipeline_of(0, **config), n)
    assert run(pipeline_of(2, **config), n) == (batches, positions)
    cut = n // 2
    assert run(pipeline_of(1, **config), n - cut, start=positions[cut - 1]) == (batches[cut:], positions[cut:])


def test_no_sample_is_processed_again_but_those_that_wait():
    config = {"shuffle_buffer_size": 5, "bucket_boundaries": [5, 15], "ragged": True}
    _, positions = run(pipeline_of(0, **config), 2)
    position = Position.from_dict(json.loads(positions[-1]))
    pipeline = pipeline_of(0, **config)
    pipeline.start_at(position)
    read = {item[:2] for item in pipeline.generate_input_samples(auto_repeat=False)._begin().source.items()}
    assert len(position.buffered) == 5
    assert position.pending
    assert position.index < N
    assert read == {*position.buffered, *position.pending, *((0, i) for i in range(position.index, N))}


@pytest.mark.parametrize("num_processes", [0, 2])
def test_no_chunk_is_generated_again_but_those_that_samples_wait_of(num_processes):
    def position_and_read(n, **config):
        config = {"processors": [CHUNKS], "batch_size": 6, **config}
        position = Position.from_dict(json.loads(run(pipeline_of(num_processes, **config), n)[1][-1]))
        pipeline = pipeline_of(num_processes, **config)
        pipeline.start_at(position)
        return position, [item[:2] for item in pipeline.generate_input_samples()._begin().source.items()]

    for n, chunk in ((4, (0, 4, 12)), (5, (0, 8, 24))):
        position, read = position_and_read(n)
        assert position == Position(5, 0, generated=6 * n, chunks=(chunk,))
        assert read == [(0, i) for i in range(chunk[1], N)]
    position, read = position_and_read(3 * N // 6 + 1, shuffle_buffer_size=30)
    waiting = [number for epoch, number in (*position.buffered, *position.pending) if epoch == 0]
    first = min(waiting) // 12 * 4
    assert position.chunks == ((0, first, 3 * first),)
    assert read == [*((0, i) for i in range(first, N)), *((1, i) for i in range(N))]


def test_a_stage_without_chunks_generates_the_pass_again():
    config = {"processors": [GenerateParams(how="many")]}
    batches, _ = run(pipeline_of(0, **config), 9)
    position = json.dumps({"seed": 5, "epoch": 0, "index": 0, "generated": 20, "chunks": [[0, 4, 12]]})
    assert run(pipeline_of(0, **config), 4, start=position)[0] == batches[5:]


def test_a_stage_of_its_own_behind_a_generating_one_skips_what_was_used():
    stages = [
        SequentialProcessorPipelineParams(run_parallel=False, processors=[PAIRS]),
        SequentialProcessorPipelineParams(run_parallel=True, processors=[DrawParams()]),
    ]

    def composed(num_processes):
        pipeline = pipeline_of(num_processes)
        rest = pipeline._input_processors.processors
        pipeline._input_processors = ComposedProcessorPipelineParams(
            pipelines=[*stages, SequentialProcessorPipelineParams(run_parallel=True, processors=rest)]
        )
        return pipeline

    batches, positions = run(composed(0), 12)
    assert run(composed(2), 12) == (batches, positions)
    assert run(composed(2), 7, start=positions[4]) == (batches[5:], positions[5:])


def test_the_position_of_a_plain_pipeline_is_small():
    _, positions = run(pipeline_of(0), 8)
    assert [json.loads(position) for position in positions][5:] == [
        {"seed": 5, "epoch": 1, "index": 1},
        {"seed": 5, "epoch": 1, "index": 5},
        {"seed": 5, "epoch": 1, "index": 9},
    ]


def test_runs_after_the_continued_one_begin_with_whole_passes():
    pipeline = pipeline_of(0)
    batches, positions = run(pipeline, auto_repeat=False)
    second, _ = run(pipeline, auto_repeat=False)
    again = pipeline_of(0)
    assert run(again, auto_repeat=False, start=positions[2])[0] == batches[3:]
    assert run(again, auto_repeat=False)[0] == second != batches


def test_a_position_behind_the_end_of_shrunk_data_goes_on_with_the_next_pass():
    _, positions = run(pipeline_of(0), 4)
    small = ShuffledNumbersParams(n=10)
    following, _ = run(pipeline_of(0, small), 2, start=positions[-1])
    whole, _ = run(pipeline_of(0, small), 5)
    assert json.loads(positions[-1])["index"] > 10
    meta = [json.loads(text) for batch in following for text in (row[0] for row in batch[-1][4])]
    assert {sample["epoch"] for sample in meta} == {1}
    assert len(whole) == 5


def test_a_position_of_other_processors_begins_the_pass_anew(caplog):
    _, positions = run(pipeline_of(0), 8)
    following, _ = run(pipeline_of(0, processors=[PAIRS]), 2, start=positions[-1])
    first, _ = run(pipeline_of(0, processors=[PAIRS]), 2, start=json.dumps({"seed": 5, "epoch": 1, "index": 0}))
    assert following == first
    assert "processors have changed" in caplog.text


def test_a_position_behind_batches_of_tensorflow_is_stored():
    position = Position(5, 2, batches=17)
    assert Position.from_dict(json.loads(json.dumps(position.to_dict()))) == position


@pytest.mark.parametrize(
    "values",
    [{}, {"seed": 1, "epoch": -1, "index": 0}, {"seed": 1, "epoch": 0, "index": "x"}, [], {"buffered": [1]}],
)
def test_a_damaged_position_is_told(values):
    if isinstance(values, dict) and "buffered" in values:
        values = {"seed": 1, "epoch": 1, "index": 0, **values}
    with pytest.raises(UserError, match="position in the data is damaged"):
        Position.from_dict(values)


def test_a_pass_without_samples_is_told_only_if_it_was_read_as_a_whole():
    config = {"processors": [TroubleParams(at=4, what="none")], "generator": NumbersParams(n=5), "batch_size": 4}
    batches, positions = run(pipeline_of(0, **config), 3)
    for num_processes in (0, 2):
        assert run(pipeline_of(num_processes, **config), 2, start=positions[0])[0] == batches[1:]
