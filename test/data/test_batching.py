# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Batches hold the right samples, padded and of the announced types, and wrong arrays are explained."""

import numpy as np
import pytest
import tensorflow as tf

from test.data.processors import Numbers, NumbersParams, TroubleParams
from test.data.tinydata import TinyData, create_pipeline, read, xs
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.batching.arrays import ArrayMismatchError, ArraySpec
from tfaip.data.pipeline.batching.batcher import Buckets
from tfaip.data.pipeline.batching.forming import ShuffleBuffer
from tfaip.data.pipeline.datapipeline import RawDataPipeline
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.errors import SampleError
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor


def spec(shape, dtype, **kwargs):
    dtype = np.dtype(dtype)
    return ArraySpec(tuple(shape), dtype, dtype.name, is_inexact=dtype.kind in "fc", **kwargs)


STRINGS = ArraySpec((None,), np.dtype(object), "string", is_string=True, padding=b"")


def test_arrays_are_padded_to_the_longest_of_each_axis():
    batch = spec([None, 2, None], "int32", padding=9).stack([np.ones((1, 2, 3), "int32"), np.zeros((2, 2, 1), "int32")])
    assert batch.shape == (2, 2, 2, 3)
    assert batch[0].tolist() == [[[1, 1, 1]] * 2, [[9, 9, 9]] * 2]
    assert batch[1].tolist() == [[[0, 9, 9]] * 2] * 2


def test_booleans_and_strings_are_padded_with_false_and_empty():
    batch = spec([None], "bool").stack([np.array([True]), np.array([True, True])])
    assert batch.tolist() == [[True, False], [True, True]]
    batch = STRINGS.stack([["a", b"b"], np.array(["äöü"])])
    assert batch.tolist() == [[b"a", b"b"], ["äöü".encode(), b""]]
    assert STRINGS.stack([np.array([b"x"], object)]).tolist() == [[b"x"]]


@pytest.mark.parametrize(
    ("announced", "value"),
    [
        ("int32", np.array([7], "int64")),
        ("uint8", [7]),
        ("float32", np.array([7.1], "float64")),
        ("float32", np.array([2**24 + 1])),
        ("int32", np.array([7.0])),
        ("bool", np.array([1])),
        ("float32", np.array([True])),
    ],
)
def test_other_number_types_are_converted_if_the_values_survive(announced, value):
    batch = spec([1], announced).stack([value])
    assert batch.dtype == announced
    assert np.allclose(batch[0], value)


@pytest.mark.parametrize(
    ("announced", "value", "got"),
    [
        ("uint8", np.array([300]), "int64"),
        ("int32", np.array([0.5]), "float64"),
        ("int32", np.array(["a"]), "<U1"),
        ("int32", None, "object"),
        ("int32", 3, "shape []"),
        ("int32", np.zeros([2], "int32"), "shape [2]"),
        ("int32", np.zeros([1, 1], "int32"), "shape [1, 1]"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(announced, value, got):
    good = np.zeros([1], announced)
    with pytest.raises(ArrayMismatchError, match="expected") as error:
        spec([1], announced).stack([good, value])
    assert error.value.position == 1
    assert got in error.value.got
    assert (error.value.hint is not None and "np.array" in error.value.hint) == (got == "shape []")


def test_numbers_are_no_strings():
    with pytest.raises(ArrayMismatchError):
        STRINGS.stack([np.array([1])])
    with pytest.raises(ArrayMismatchError):
        STRINGS.stack([np.array([1, "a"], object)])


@pytest.mark.parametrize(("params", "n"), [({}, [4, 4, 2]), ({"batch_drop_remainder": True}, [4, 4])])
def test_batches_have_the_size_and_the_remainder_is_kept_or_dropped(params, n):
    batches = read(create_pipeline(NumbersParams(n=10), batch_size=4, **params))
    assert [len(batch[0]["x"]) for batch in batches] == n


def test_repeated_data_form_batches_across_the_passes():
    pipeline = create_pipeline(NumbersParams(n=3), batch_size=2)
    assert xs(read(pipeline, 4)) == [[0, 1], [2, 0], [1, 2], [0, 1]]


@pytest.mark.parametrize("limit", [1, 6, 7])
def test_the_limit_counts_samples_with_buckets_and_with_batches_of_the_generator(limit):
    generators = [(NumbersParams(n=20), {"bucket_boundaries": [3, 6]}), (NumbersParams(n=10, batches=[2] * 5), {})]
    for generator, params in [*generators, (NumbersParams(n=20), {"shuffle_buffer_size": 4})]:
        pipeline = create_pipeline(generator, batch_size=4, limit=limit, ragged=True, **params)
        assert sorted(x for batch in xs(read(pipeline)) for x in batch) == list(range(limit))
        assert len(pipeline.generate_input_samples()) == limit


def test_generators_may_form_the_batches():
    pipeline = create_pipeline(NumbersParams(n=6, batches=[1, 3, 2]), [TroubleParams(at=0, what="none")], ragged=True)
    batches = read(pipeline)
    assert xs(batches) == [[1, 2, 3], [4, 5]]
    assert batches[0][0]["x"].tolist() == [[1, 1, -1, -1], [2, 2, 2, -1], [3, 3, 3, 3]]
    with pipeline.generate_input_samples() as samples:
        assert [sample.meta["i"] for sample in samples] == [1, 2, 3, 4, 5]


class EndsParams(DataProcessorParams):
    @staticmethod
    def cls():
        return Ends


class Ends(MappingDataProcessor[EndsParams]):
    """Replaces the targets by as many numbers as the sample's own, so none for the first one."""

    def apply(self, sample):
        return sample.new_targets({"y": np.arange(sample.meta["i"], dtype="int64")})


class NamedData(TinyData):
    """The name of the layer is not the one of its specification."""

    def _target_layer_specs(self):
        return {"y": tf.TensorSpec([None], "int64", name="x")}

    def _padding_values(self):
        return {"y": -7, "x": -1}


@pytest.mark.parametrize("batches", [[], [3]])
def test_arrays_are_padded_by_the_key_of_the_layer_not_by_the_name_of_its_specification(batches):
    pipeline = create_pipeline(NumbersParams(n=3, batches=batches), cls=NamedData, ragged=True)
    pipeline.data_params.pre_proc.processors.append(EndsParams())
    ((inputs, targets, _),) = read(pipeline)
    assert targets["y"].tolist() == [[-7, -7], [0, -7], [0, 1]]
    assert inputs["x"].tolist() == [[0, -1, -1], [1, 1, -1], [2, 2, 2]]


def test_the_generator_is_not_read_beyond_the_limit(monkeypatch):
    read_samples = []

    def generate(self):
        for i in range(20):
            read_samples.append(i)
            yield Sample(inputs=i, targets=i, meta={"i": i})

    monkeypatch.setattr(Numbers, "generate", generate)
    for params in ({}, {"bucket_boundaries": [3, 6]}, {"bucket_token_budget": 9}, {"shuffle_buffer_size": 4}):
        pipeline = create_pipeline(NumbersParams(n=20), batch_size=2, limit=5, ragged=True, prefetch=8, **params)
        assert sum(len(batch[2]["meta"]) for batch in pipeline.input_dataset().as_numpy_iterator()) == 5
        assert read_samples == [0, 1, 2, 3, 4]
        read_samples.clear()


def test_the_remainder_of_batches_of_the_generator_is_theirs():
    params = {"batch_size": 3, "batch_drop_remainder": True}
    pipeline = create_pipeline(NumbersParams(n=6, batches=[1, 3, 2]), **params)
    assert xs(read(pipeline)) == [[0], [1, 2, 3], [4, 5]]


def test_batches_of_a_mode_hold_the_parts_of_this_mode():
    keys = {}
    for mode in PipelineMode:
        batch = read(create_pipeline(NumbersParams(n=2), mode=mode))[0]
        keys[str(mode)] = [sorted(part) for part in batch]
    inputs, targets, meta = ["len", "x"], ["y"], ["meta"]
    assert keys == {
        "training": [inputs, targets, meta],
        "evaluation": [inputs, targets, meta],
        "prediction": [inputs, meta],
        "targets": [targets, meta],
    }


def test_meta_travels_as_json():
    batch = read(create_pipeline(NumbersParams(n=2)))[0]
    assert batch[2]["meta"].tolist() == [[b'{"i": 0}'], [b'{"i": 1}']]


def test_similar_lengths_share_a_batch():
    pipeline = create_pipeline(NumbersParams(n=10), ragged=True, batch_size=2, bucket_boundaries=[3, 6])
    # lengths 1..10: below 3, below 6 and the rest, in batches of 2 * 6 / 3 = 4, 2 and 2
    assert xs(read(pipeline)) == [[2, 3], [5, 6], [7, 8], [0, 1], [4], [9]]
    pipeline.pipeline_params.batch_drop_remainder = True
    assert xs(read(pipeline)) == [[2, 3], [5, 6], [7, 8]]


def test_bucket_sizes_grow_for_short_samples():
    def sizes(**params):
        return Buckets.of(DataPipelineParams(**params)).sizes

    assert sizes(batch_size=4, bucket_boundaries=[10, 20, 80]) == [32, 16, 4, 4]
    assert sizes(bucket_boundaries=[5], bucket_batch_sizes=[3, 2]) == [3, 2]
    assert Buckets.of(DataPipelineParams()) is None


@pytest.mark.parametrize(
    "wrong",
    [{"bucket_boundaries": [5, 3]}, {"bucket_boundaries": [5], "bucket_batch_sizes": [3]}, {"bucket_token_budget": 0}],
)
def test_impossible_buckets_are_refused(wrong):
    with pytest.raises(ValueError, match="bucket"):
        Buckets.of(DataPipelineParams(**wrong))


def test_a_batch_has_as_many_samples_as_fit_into_the_token_budget():
    # lengths 1 to 10, one bucket: 1 2 3 (9 elements), 4 5 (10), 6 (6, 7 does not fit beside it), ...
    pipeline = create_pipeline(NumbersParams(n=10), ragged=True, batch_size=2, bucket_token_budget=11)
    assert xs(read(pipeline)) == [[0, 1, 2], [3, 4], [5], [6], [7], [8], [9]]
    for params in ({"bucket_boundaries": [4]}, {"bucket_boundaries": [4], "num_processes": 2, "run_parallel": True}):
        pipeline = create_pipeline(NumbersParams(n=10), ragged=True, bucket_token_budget=20, **params)
        batches = read(pipeline)
        assert xs(batches) == [[3, 4, 5], [6, 7], [8, 9], [0, 1, 2]]
        assert max(batch[0]["x"].size for batch in batches) <= 20
        pipeline.join()


def test_a_token_budget_and_batch_sizes_both_bound_a_batch():
    params = {"bucket_token_budget": 11, "bucket_boundaries": [4], "bucket_batch_sizes": [2, 9]}
    assert xs(read(create_pipeline(NumbersParams(n=6), ragged=True, **params))) == [[0, 1], [3, 4], [5], [2]]


def test_a_sample_beyond_the_token_budget_makes_a_batch_of_its_own():
    pipeline = create_pipeline(NumbersParams(n=6), ragged=True, bucket_token_budget=4)
    assert xs(read(pipeline)) == [[0, 1], [2], [3], [4], [5]]


@pytest.mark.parametrize("limit", [-1, 9])
def test_what_is_left_in_buckets_is_dropped_if_asked_for(limit):
    params = {"bucket_token_budget": 24, "bucket_boundaries": [4, 8], "limit": limit, "batch_drop_remainder": True}
    # lengths 1 to 10: the first bucket never fills, a batch of the second one takes 4 5 6 or 7
    assert xs(read(create_pipeline(NumbersParams(n=10), ragged=True, **params))) == [[3, 4, 5], [7, 8]]


def test_a_token_budget_holds_in_the_dataset_too():
    params = {"bucket_token_budget": 20, "bucket_boundaries": [4], "batch_drop_remainder": True}
    pipeline = create_pipeline(NumbersParams(n=10), ragged=True, **params)
    assert xs(pipeline.input_dataset().as_numpy_iterator()) == xs(read(pipeline)) == [[3, 4, 5], [6, 7], [8, 9]]


def test_length_functions_may_be_written_for_tensors():
    class TensorData(TinyData):
        def element_length_fn(self):
            return lambda inputs: inputs["len"].numpy()[0]

    pipeline = create_pipeline(NumbersParams(n=4), cls=TensorData, ragged=True, batch_size=2, bucket_boundaries=[3])
    assert xs(read(pipeline)) == [[0, 1], [2, 3]]


def test_shuffling_keeps_every_sample_and_is_the_same_for_the_same_seed():
    def order(seed):
        buffer = ShuffleBuffer(10, seed)
        pushed = [buffer.push(((0, i), Sample())) for i in range(50)]
        popped = list(iter(buffer.pop, None))
        return [key[1] for key, _ in [*filter(None, pushed), *popped]]

    assert sorted(order(1)) == list(range(50))
    assert order(1) == order(1) != order(2)
    assert order(1) != list(range(50))
    assert all(index < place + 11 for place, index in enumerate(order(1)))


def test_the_shuffle_buffer_follows_the_seed_of_the_pipeline():
    pipeline = create_pipeline(NumbersParams(n=20), shuffle_buffer_size=20)
    pipeline.seed = 5
    first = xs(read(pipeline))
    assert first == xs(read(pipeline))
    pipeline.seed = 6
    assert first != xs(read(pipeline))


def test_a_wrong_array_names_layer_and_sample():
    class WideData(TinyData):
        def _target_layer_specs(self):
            return {"y": super()._target_layer_specs()["y"], "z": super()._target_layer_specs()["y"]}

    with pytest.raises(SampleError) as error:
        read(create_pipeline(NumbersParams(n=2), cls=WideData))
    assert "lack the announced layer 'z'" in str(error.value)
    assert "sample 0 with meta {'i': 0}" in str(error.value)


def test_a_wrong_shape_names_layer_sample_and_both_shapes():
    class PairData(TinyData):
        def _input_layer_specs(self):
            return {"x": tf.TensorSpec([2], "int32")}

    with pytest.raises(SampleError) as error:
        read(create_pipeline(NumbersParams(n=5), cls=PairData, ragged=True))
    assert error.value.index == 0
    assert "announced layer 'x'" in str(error.value)
    assert (error.value.expected, error.value.got) == ("int32 of shape [2]", "an array of shape [1]")


def test_meta_that_is_not_json_names_the_sample():
    samples = create_pipeline(NumbersParams(n=1)).generate_input_samples()
    sample = next(samples).new_meta({"f": print})
    with pytest.raises(SampleError, match="cannot be written as JSON"):
        samples.collator().collate([(0, sample)])


@pytest.mark.parametrize("num_processes", [0, 2])
def test_meta_that_is_an_array_travels_and_names_a_broken_sample(num_processes):
    samples = create_pipeline(NumbersParams(n=20)).generate_input_samples()
    samples = [sample.new_meta(np.arange(3)) for sample in samples]
    pipeline = RawDataPipeline(
        samples,
        DataPipelineParams(mode=PipelineMode.EVALUATION, num_processes=num_processes),
        TinyData(TinyData.default_params()),
        NumbersParams(),
    )
    assert read(pipeline)[0][2]["meta"][0, 0] == b"[0, 1, 2]"
    samples[7].inputs = {}
    with pytest.raises(SampleError, match=r"sample 7 with meta int64\[3\]"):
        read(pipeline)
