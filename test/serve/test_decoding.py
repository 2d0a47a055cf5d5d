# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What bodies become, within limits that hold before anything is made of them."""

import base64
import io
import json
import tracemalloc

import numpy as np
import pytest

pytest.importorskip("prometheus_client", reason="the extra serve is not installed")

from test.serve.running import npy_header, npz
from tfaip.serve.decoding.body import JSON, NPY, NPZ, BodyDecoder
from tfaip.serve.encoding import to_json, to_npz
from tfaip.serve.errors import RequestError

MEGABYTE = 10**6
MANY = 200_000


@pytest.fixture
def decoder():
    return BodyDecoder(takes_text=False, max_bytes=64 * MEGABYTE, max_samples=4)


TOO_MANY_SAMPLES = {
    "npy without elements": (npy_header("<f4", (MANY, 0)), NPY),
    "npy": (npy_header("|u1", (MANY,)) + bytes(MANY), NPY),
    "npz": (npz(a=np.zeros(MANY, "uint8"), b=np.zeros((MANY, 0))), NPZ),
    "json": (b'{"samples":[' + b"1," * MANY + b"1]}", JSON),
}


@pytest.mark.parametrize("name", TOO_MANY_SAMPLES)
def test_too_many_samples_are_refused_before_anything_is_made_of_them(decoder, name):
    body, kind = TOO_MANY_SAMPLES[name]
    tracemalloc.start()
    try:
        with pytest.raises(RequestError, match="too many samples") as raised:
            decoder.decode(body, kind, is_batch=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (raised.value.status, raised.value.expected) == (413, "at most 4")
    # a sample of its own takes more than 100 bytes, the list that JSON is read into 8 for each
    assert peak < len(body) * 3 + 16 * MANY


def test_as_many_samples_as_are_allowed_are_taken(decoder):
    for body, kind in ((npz(x=np.zeros((4, 2))), NPZ), (b'{"samples": [{"inputs": [1, 2]}, {}, {}, {}]}', JSON)):
        assert len(decoder.decode(body, kind, is_batch=True).samples) == 4


def test_what_is_wrong_with_a_sample_holds_nothing_of_the_request(decoder):
    samples = [1, {"inputs": [[1], [1, 2]]}, {"inputs": {"b64": "?", "dtype": "int8", "shape": [1]}}]
    for error in decoder.decode(json.dumps({"samples": samples}).encode(), JSON).samples:
        assert isinstance(error, RequestError)
        assert (error.__traceback__, error.__cause__, error.__context__) == (None, None, None)


N = 20_000
LARGE_VALUES = {
    "objects": {"inputs": {f"{i}": None for i in range(N)}},
    "texts": {"inputs": ["ab"] * N},
    "texts of wide characters": {"inputs": ["a" * N + "\U0001f600"]},
    "numbers beside other values": {"inputs": [None, *[1000.5] * N]},
    "meta data with many keys": {"inputs": [1], "meta": {f"{i}": i + 0.5 for i in range(N)}},
    "meta data with many numbers": {"inputs": [1], "meta": {"x": [i + 0.5 for i in range(N)]}},
    "meta data with long texts": {"inputs": [1], "meta": {"x": ["a" * N + "\U0001f600"]}},
}


@pytest.mark.parametrize("name", LARGE_VALUES)
def test_all_values_count_with_what_they_take(name):
    decoder = BodyDecoder(takes_text=True, max_bytes=64 * MEGABYTE, max_samples=4)
    body = json.dumps(LARGE_VALUES[name], ensure_ascii=False).encode()
    tracemalloc.start()
    try:
        request = decoder.decode(body, JSON)
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert request.n_bytes > taken * 0.9
    small = BodyDecoder(takes_text=True, max_bytes=taken // 2, max_samples=4)
    with pytest.raises(RequestError, match="too large once it is decoded"):
        small.decode(body, JSON)


def nested(depth):
    return json.loads("[" * depth + "]" * depth)


def test_meta_data_are_nested_no_deeper_than_they_can_be_written_again(decoder):
    samples = [{"inputs": [1], "meta": {"a": nested(depth)}} for depth in (60, 600)]
    right, wrong = decoder.decode(json.dumps({"samples": samples}).encode(), JSON).samples
    assert json.loads(to_json(right.meta)) == samples[0]["meta"]
    assert (wrong.status, wrong.where) == (422, "samples[1].meta")
    assert "deeply" in wrong.what


def test_an_input_may_be_called_image(decoder):
    pixels = np.array([[0, 1], [2, 3]], "uint8")
    coded = {"b64": base64.b64encode(pixels.tobytes()).decode(), "dtype": "uint8", "shape": [2, 2]}
    for value in (pixels.tolist(), coded):
        (sample,) = decoder.decode(json.dumps({"inputs": {"image": value}}).encode(), JSON).samples
        assert list(sample.inputs) == ["image"]
        np.testing.assert_array_equal(sample.inputs["image"], pixels)
    with pytest.raises(RequestError, match="image cannot be read"):
        decoder.decode(b'{"inputs": {"image": "AAAA"}}', JSON)


def test_outputs_of_any_name_become_an_archive():
    outputs = {"file": np.arange(3), "allow_pickle": 1.5, "self": "text", "mode/ä": np.zeros((2, 0))}
    arrays = np.load(io.BytesIO(to_npz([outputs], is_batch=False)), allow_pickle=False)
    assert sorted(arrays) == sorted(outputs)
    for name, value in outputs.items():
        np.testing.assert_array_equal(arrays[name], value)
    several = np.load(io.BytesIO(to_npz([outputs, outputs], is_batch=True)), allow_pickle=False)
    assert len(list(several)) == 8
