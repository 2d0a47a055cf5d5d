# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document describes what the service takes and gives; TensorFlow Serving finds what it needs."""

import json
import re

import numpy as np
import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed")

import tensorflow as tf
from jsonschema import Draft202012Validator
from tensorflow.core.protobuf import saved_model_pb2

from test.serve.running import base64_array, create_predictor, running
from test.tinyscenario.scenario import TinyScenario
from tfaip.serve.adapter import ServingAdapter
from tfaip.serve.params import ServeParams
from tfaip.serve.schema import array_schema, create_openapi


@pytest.fixture(scope="module")
def client(tiny_model):
    with running(create_predictor(TinyScenario, tiny_model)) as started:
        yield started


@pytest.fixture(scope="module")
def openapi(client):
    answer = client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    return answer.json


def errors_of(openapi, name, value):
    schema = {"$ref": f"#/components/schemas/{name}", "components": openapi["components"]}
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]


def test_requests_and_answers_are_as_described(client, openapi):
    array = base64_array(np.ones(2, "float32"))
    for request in (
        {"tensors": {"x": [1, 2]}},
        {"tensors": {"x": array}, "meta": {"id": 1}},
        {"samples": [{"inputs": [1, 2]}, {"inputs": [1, 2, 3]}]},
    ):
        assert errors_of(openapi, "Request", request) == []
        answer = client.predict(request)
        assert answer.status == 200
        assert errors_of(openapi, "Response", answer.json) == []
    assert errors_of(openapi, "Error", client.predict(b"{").error) == []


def test_what_the_service_refuses_is_not_as_described(client, openapi):
    for request in (
        {"tensors": {"x": [1, 2, 3]}},
        {"tensors": {"y": [1, 2]}},
        {"tensors": {"x": ["a", "b"]}},
        {"samples": []},
        {},
        {"inputs": [1, 2], "tensors": {"x": [1, 2]}},
    ):
        assert client.predict(request).status == 422
        assert errors_of(openapi, "Request", request)


def test_the_example_is_a_request_that_is_answered(client, openapi):
    example = openapi["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert errors_of(openapi, "Request", example) == []
    assert client.predict(example).status == 200


def test_all_paths_are_described_and_all_references_lead_somewhere(client, openapi):
    for path, methods in openapi["paths"].items():
        if "get" in methods:
            assert client.get(path).status == 200
    for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(openapi)):
        assert name in openapi["components"]["schemas"]
    assert openapi["openapi"].startswith("3.1")
    assert "label" not in openapi["components"]["schemas"]["Outputs"]["description"]
    assert "pred (float32 [2])" in openapi["components"]["schemas"]["Outputs"]["description"]


def test_the_page_needs_nothing_of_the_net_and_runs_nothing(client):
    answer = client.get("/docs")
    page = answer.content.decode()
    assert answer.headers["content-type"].startswith("text/html")
    assert "float32 of shape [2]" in page
    assert not re.search(r"<script|<link|src=|@import|url\(|https://", page)


def test_names_of_a_model_cannot_write_into_the_page(tiny_model):
    from tfaip.serve.http.page import documentation_page

    specs = {"<script>x": tf.TensorSpec([None], tf.string)}
    data = TinyScenario.create_predictor  # any data do, the adapter does not look at them
    document = create_openapi("<b>", specs, None, ServingAdapter(data), ServeParams(), is_processed=False)
    page = documentation_page(document)
    assert "<script" not in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("spec", "right", "wrong"),
    [
        (tf.TensorSpec([None, 2], tf.int32), [[1, 2]], [[1.5, 2]]),
        (tf.TensorSpec([1], tf.string), ["text"], [1]),
        (tf.TensorSpec([1], tf.bool), [True], [1]),
        (tf.TensorSpec(None, tf.float32), [[1]], 1),
    ],
)
def test_arrays_are_described_by_shape_and_type(spec, right, wrong):
    schema = {**array_schema(spec), "components": {"schemas": {"Array": {"type": "object"}}}}
    assert Draft202012Validator(schema).is_valid(right)
    assert not Draft202012Validator(schema).is_valid(wrong)


def test_the_model_is_laid_out_for_tensorflow_serving(tiny_model):
    saved = saved_model_pb2.SavedModel()
    with open(f"{tiny_model}/serve/saved_model.pb", "rb") as file:
        saved.ParseFromString(file.read())
    [graph] = [graph for graph in saved.meta_graphs if "serve" in graph.meta_info_def.tags]
    signature = graph.signature_def["serving_default"]
    assert signature.method_name == "tensorflow/serving/predict"
    assert set(signature.inputs) == {"x"}
    assert set(signature.outputs) == {"pred", "class"}
    for tensor in (*signature.inputs.values(), *signature.outputs.values()):
        assert tensor.tensor_shape.dim[0].size == -1  # any batch
