# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Requests over real connections: what is right is predicted, what is wrong is told."""

import io
import json

import numpy as np
import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed")

from test.serve.running import (
    GatedModel,
    base64_array,
    create_predictor,
    in_threads,
    npy,
    npy_header,
    npz,
    running,
    wait_until,
)
from test.tinyscenario.scenario import TinyScenario
from tfaip.serve.adapter import ServingAdapter
from tfaip.serve.params import ServeParams


@pytest.fixture(scope="module")
def predictor(tiny_model):
    return create_predictor(TinyScenario, tiny_model)


@pytest.fixture(scope="module")
def client(predictor):
    with running(predictor, ServeParams(max_samples=8)) as started:
        yield started


@pytest.fixture(scope="module")
def expected(predictor):
    """The outputs of the predictor for a pair of numbers."""
    with predictor.raw() as predict:
        yield lambda pair: predict(pair).outputs


def check(prediction, expected_outputs):
    outputs = prediction["outputs"]
    np.testing.assert_allclose(outputs["pred"], expected_outputs["pred"], rtol=1e-5)
    assert outputs["class"] == expected_outputs["class"]
    assert outputs["label"] == expected_outputs["label"]


def test_a_sample_passes_processors_and_model_and_keeps_its_meta_data(client, expected):
    [prediction] = client.predict({"inputs": [1, -2.5], "meta": {"id": "ä", "n": [1]}}).predictions
    check(prediction, expected([1, -2.5]))
    assert prediction["meta"] == {"id": "ä", "n": [1]}


def test_samples_of_a_request_are_answered_in_their_order(client, expected):
    pairs = [[0.5, i] for i in range(-3, 4)]
    predictions = client.predict({"samples": [{"inputs": pair} for pair in pairs]}).predictions
    for pair, prediction in zip(pairs, predictions, strict=True):
        check(prediction, expected(pair))


def test_tensors_leave_out_the_preprocessing_and_arrays_may_be_base64(tiny_model, tmp_path):
    from test.tinyscenario.scenario import export_model

    export_model(tmp_path / "model", factor=2.0)
    with running(create_predictor(TinyScenario, str(tmp_path / "model"))) as client:
        [doubled] = client.predict({"inputs": [1, 2]}).predictions
        array = base64_array(np.array([2, 4], "float32"))
        [same] = client.predict({"tensors": {"x": array}}).predictions
        assert doubled == same
        assert client.predict({"inputs": [2, 4]}).predictions != [doubled]
        [coded] = client.predict({"tensors": {"x": [2, 4]}, "arrays": "base64"}).predictions
    pred = coded["outputs"]["pred"]
    assert (pred["dtype"], pred["shape"]) == ("float32", [2])


def test_numpy_files_are_samples_and_batches(client, expected):
    [one] = client.predict(npy(np.array([1.0, 2.0])), content_type="application/x-npy").predictions
    check(one, expected([1, 2]))
    pairs = np.array([[1.0, 2.0], [3.0, -4.0]])
    many = client.predict(npy(pairs), "?batch=true", "application/x-npy").predictions
    check(many[1], expected([3, -4]))
    tensors = client.predict(npz(x=pairs), "?batch=1&tensors=1", "application/x-npz").predictions
    assert tensors == many
    answer = client.predict(npz(x=pairs), "?batch=1&tensors=1", "application/x-npz", Accept="application/x-npz")
    assert answer.headers["content-type"] == "application/x-npz"
    arrays = np.load(io.BytesIO(answer.content), allow_pickle=False)
    np.testing.assert_allclose(arrays["1/pred"], expected([3, -4])["pred"], rtol=1e-5)
    assert str(arrays["0/label"]) == many[0]["outputs"]["label"]


class Pictures(ServingAdapter):
    """Takes the first two pixels of an image, and gives away nothing but the label."""

    def decode_inputs(self, inputs):
        assert inputs.dtype == np.uint8
        if inputs.ndim != 2:
            raise ValueError("the image has colours")
        return inputs.reshape(-1)[:2]

    def encode_outputs(self, sample):
        return {"label": sample.outputs["label"]}

    def inputs_schema(self):
        return {"type": "object", "description": "a grey picture"}


def test_images_are_inputs_and_a_scenario_translates(predictor, expected):
    image_module = pytest.importorskip("PIL.Image")
    grey, coloured = io.BytesIO(), io.BytesIO()
    image_module.fromarray(np.array([[3, 200], [1, 2]], "uint8")).save(grey, "PNG")
    image_module.fromarray(np.zeros((2, 2, 3), "uint8")).save(coloured, "PNG")
    with running(predictor, adapter_cls=Pictures) as client:
        [prediction] = client.predict(grey.getvalue(), content_type="image/png").predictions
        assert prediction["outputs"] == {"label": expected([3, 200])["label"]}
        answer = client.predict(coloured.getvalue(), content_type="image/png")
        assert (answer.status, answer.error["got"]) == (422, "ValueError: the image has colours")
        assert client.get("/openapi.json").json["components"]["schemas"]["Inputs"]["description"] == "a grey picture"


# body -> status, code, and a part of the answer
WRONG = {
    "no json": (b"{", 400, "malformed", "line 1, column 2"),
    "no body": (b"", 400, "malformed", "JSON"),
    "no utf-8": (b'{"inputs": "\xff"}', 400, "malformed", "UTF-8"),
    "deep": (b"[" * 100_000, 400, "malformed", "nested too deeply"),
    "deep numbers": (b'{"inputs": ' + b"[" * 900 + b"]" * 900 + b"}", 400, "malformed", "nested too deeply"),
    "many digits": (b'{"inputs": ' + b"1" * 10_000 + b"}", 400, "malformed", "digit"),
    "nan": (b'{"inputs": [NaN, 1]}', 400, "malformed", "NaN is no number of JSON"),
    "infinity": (b'{"inputs": [1e999, 1]}', 422, "wrong_input", "not finite"),
    "large integer": (b'{"inputs": [1e3, 100000000000000000000000]}', 422, "", ""),
    "no object": (b"[1, 2]", 422, "wrong_input", "a list"),
    "no inputs": (b"{}", 422, "wrong_input", "needs inputs, or tensors"),
    "both": (b'{"inputs": [1, 2], "tensors": {"x": [1, 2]}}', 422, "wrong_input", "needs inputs, or tensors"),
    "unknown key": (b'{"input": [1, 2]}', 422, "wrong_input", "Did you mean inputs?"),
    "no samples": (b'{"samples": []}', 422, "wrong_input", "no samples"),
    "wrong meta": (b'{"inputs": [1, 2], "meta": 3}', 422, "wrong_input", "meta"),
    "deep meta": (
        b'{"inputs": [1, 2], "meta": {"a": ' + b"[" * 600 + b"]" * 600 + b"}}",
        422,
        "wrong_input",
        "nested too deeply",
    ),
    "wrong form": (b'{"inputs": [1, 2], "arrays": "xml"}', 422, "wrong_input", "lists or base64"),
    "wrong shape": (b'{"inputs": [1, 2, 3]}', 422, "wrong_input", "float32 of shape [2]"),
    "scalar": (b'{"inputs": 1}', 422, "wrong_input", "float32 of shape [2]"),
    "nothing": (b'{"inputs": null}', 422, "wrong_input", "float32 of shape [2]"),
    "ragged": (b'{"inputs": [[1], [1, 2]]}', 422, "wrong_input", "equal lengths"),
    "missing tensor": (b'{"tensors": {}}', 422, "wrong_input", "a dictionary with x"),
    "wrong tensor": (b'{"tensors": {"x": [1, 2], "y": 1}}', 422, "wrong_input", "no input 'y'"),
    "text tensor": (b'{"tensors": {"x": ["a", "b"]}}', 422, "wrong_input", "float32 of shape [2]"),
    "text": (b'{"inputs": "/etc/passwd"}', 422, "wrong_input", "takes no texts"),
    "text inside": (b'{"inputs": {"path": ["/etc/passwd"]}}', 422, "wrong_input", "inputs.path[0]"),
    "processor fails": (b'{"inputs": {"a": 1}}', 422, "processing_failed", "TypeError"),
    "wrong base64": (b'{"inputs": {"b64": "?", "dtype": "int8", "shape": [2]}}', 422, "wrong_input", "base64"),
    "wrong dtype": (b'{"inputs": {"b64": "", "dtype": "object", "shape": [2]}}', 422, "wrong_input", "float64"),
    "wrong size": (b'{"inputs": {"b64": "AAAA", "dtype": "int8", "shape": [2]}}', 422, "wrong_input", "2 bytes"),
    "huge shape": (
        b'{"inputs": {"b64": "AAAA", "dtype": "int8", "shape": [99999999999999, 99999999999]}}',
        422,
        "wrong_input",
        "size of its shape",
    ),
    "no image": (b'{"inputs": {"image": "AAAA"}}', 422, "wrong_input", "image cannot be read"),
    "many samples": (json.dumps({"samples": [{"inputs": [1, 2]}] * 9}).encode(), 413, "too_large", "at most 8"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told(client, name):
    body, status, code, part = WRONG[name]
    answer = client.predict(body)
    assert answer.status == status, answer.content
    assert code in answer.error["code"]
    assert part in " ".join(map(str, answer.error.values()))
    assert "Traceback" not in answer.content.decode()
    assert client.predict({"inputs": [1, 2]}).status == 200


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
        (b"no array", "application/x-npy", 400),
        (npy_header("|O", (1,)) + b"pickle", "application/x-npy", 400),
        (npy_header("<f8", (10**12,)), "application/x-npy", 400),
        (npy_header("<f8", (10**6, 10**6, 0)), "application/x-npy", 422),
        (b"no archive", "application/x-npz", 400),
        (npz(x=np.zeros(2))[:-30], "application/x-npz", 400),
        (npy(np.array(["text"])), "application/x-npy", 422),
        (b"no image", "image/png", 422),
    ],
)
def test_other_bodies_that_are_wrong_are_told(client, content, content_type, status):
    answer = client.predict(content, content_type=content_type)
    assert answer.status == status, answer.content
    assert answer.error["message"]


def test_unknown_paths_and_methods_are_told_in_json(client):
    assert client.get("/nothing").error["code"] == "not_found"
    answer = client.get("/predict")
    assert (answer.status, answer.error["code"]) == (405, "method_not_allowed")


def test_a_wrong_sample_fails_alone_in_its_request(client, expected):
    samples = [{"inputs": [1, 2]}, {"inputs": [1, 2, 3]}, {"inputs": {"b64": 1}}, {"inputs": [3, 4]}]
    predictions = client.predict({"samples": samples}).predictions
    check(predictions[0], expected([1, 2]))
    check(predictions[3], expected([3, 4]))
    assert "shape [2]" in predictions[1]["error"]["expected"]
    assert predictions[2]["error"]["code"] == "processing_failed"
    answer = client.predict({"samples": samples[1:3]})
    assert (answer.status, answer.error["code"]) == (422, "wrong_input")


def test_numbers_that_are_not_finite_pass_in_arrays_and_come_back_as_null(client):
    array = base64_array(np.array([np.nan, np.inf], "float32"))
    [prediction] = client.predict({"tensors": {"x": array}}).predictions
    assert prediction["outputs"]["pred"] == [None, None]


def test_requests_share_batches_and_a_sample_that_the_model_fails_on_fails_alone(tiny_model):
    model = GatedModel()
    pairs = [[i, 2 * i] for i in range(8)] + [[2000, 1]]
    with running(create_predictor(TinyScenario, tiny_model, model), ServeParams(warm_up=False)) as client:
        model.gate.clear()

        def ask(index):
            if index == 0:
                return client.predict({"inputs": pairs[0]})
            model.wait_until_entered()
            model.entered.release()
            return client.predict({"inputs": pairs[index]})

        def let_go(_):
            wait_until(lambda: client.metric("tfaip_samples_waiting ") == len(pairs) - 1)
            model.gate.set()

        *answers, _ = in_threads(lambda index: (let_go if index == len(pairs) else ask)(index), range(len(pairs) + 1))
        for pair, answer in zip(pairs[:-1], answers[:-1], strict=True):
            assert answer.predictions[0]["outputs"]["pred"] == [2.0 * x for x in pair]
        assert (answers[-1].status, answers[-1].error["code"]) == (500, "model_failed")
        assert model.batches[:2] == [1, 8]
        assert client.metric('tfaip_samples_total{result="model_failed"}') == 1
        assert client.metric('tfaip_samples_total{result="predicted"}') == 8
