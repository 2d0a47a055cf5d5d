# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI description of a service, made of what the scenario announces."""

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional

import tensorflow as tf

from tfaip.serve.decoding.arrays import DTYPES
from tfaip.version import __version__

if TYPE_CHECKING:
    from tfaip.serve.adapter import ServingAdapter
    from tfaip.serve.params import ServeParams

Schema = Dict[str, Any]
Specs = Mapping[str, tf.TensorSpec]

_ARRAY = {"$ref": "#/components/schemas/Array"}
_LENGTH_OF_EXAMPLES = 2


def create_openapi(
    title: str,
    inputs: Optional[Specs],
    outputs: Optional[Specs],
    adapter: "ServingAdapter",
    params: "ServeParams",
    is_processed: bool,
) -> Schema:
    """Return the OpenAPI document of a service.

    Args:
        title: The name of the service.
        inputs: The inputs of the network, without the axis of the batch; None if they cannot be sent.
        outputs: The outputs of the network with the axis of the batch, None if they are not known.
        adapter: Knows the inputs before the pre-processing, if anything does.
        params: The limits.
        is_processed: Whether anything is done with inputs before the network gets them.
    """
    tensors = _object_of({name: array_schema(spec) for name, spec in (inputs or {}).items()})
    raw = adapter.inputs_schema() or ({} if is_processed else tensors)
    schemas = {
        "Array": _base64_schema(),
        "Tensors": _tensors_schema(tensors, inputs is not None),
        "Inputs": {"description": _about_inputs(is_processed, adapter), **raw},
        "Sample": _sample_schema(),
        "Request": _request_schema(params.samples_of_request),
        "Outputs": _outputs_schema(outputs),
        "Response": _response_schema(),
        "Error": _error_schema(),
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__, "description": "Predictions of a model of tfaip."},
        "paths": {
            "/predict": {"post": _predict_operation(example_request(inputs, adapter, is_processed))},
            "/health": {"get": _get("Whether the process works", "Works", {503: "The model does not answer any more"})},
            "/ready": {"get": _get("Whether requests are taken", "Ready", {503: "At its limit, or ending"})},
            "/metrics": {"get": _get("Counters in the text format of Prometheus", "Counters", {}, "text/plain")},
            "/openapi.json": {"get": _get("This document", "The document", {})},
        },
        "components": {"schemas": schemas},
    }


def array_schema(spec: tf.TensorSpec, axes: Optional[List[Optional[int]]] = None) -> Schema:
    """Return the schema of an array: nested lists, or base64 if it holds numbers."""
    element = {"type": _element_type(spec.dtype)}
    if spec.shape.rank is None:
        lists: Schema = {"type": "array"}
    else:
        lists = element
        for length in reversed(spec.shape.as_list() if axes is None else axes):
            limits = {} if length is None else {"minItems": length, "maxItems": length}
            lists = {"type": "array", "items": lists, **limits}
    lists = {**lists, "description": f"{spec.dtype.name} of shape {_shape_text(spec)}"}
    return lists if spec.dtype == tf.string else {"anyOf": [lists, _ARRAY], "description": lists["description"]}


def example_request(inputs: Optional[Specs], adapter: "ServingAdapter", is_processed: bool) -> Schema:
    """Return a request that the service takes, as far as is known."""
    example = adapter.example_inputs()
    if example is not None:
        return {"inputs": example}
    if inputs is None:
        return {"inputs": []}
    return {"tensors" if is_processed else "inputs": {name: _example(spec) for name, spec in inputs.items()}}


def _example(spec: tf.TensorSpec) -> Any:
    value: Any = {"string": "text", "boolean": False, "integer": 0, "number": 0.0}[_element_type(spec.dtype)]
    for length in reversed(spec.shape.as_list() if spec.shape.rank is not None else [None]):
        value = [value] * (_LENGTH_OF_EXAMPLES if length is None else length)
    return value


def _shape_text(spec: tf.TensorSpec) -> str:
    if spec.shape.rank is None:
        return "any"
    return "[" + ", ".join("any" if length is None else str(length) for length in spec.shape.as_list()) + "]"


def _element_type(dtype: tf.DType) -> str:
    if dtype == tf.string:
        return "string"
    if dtype == tf.bool:
        return "boolean"
    return "integer" if dtype.is_integer else "number"


def _object_of(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _base64_schema() -> Schema:
    properties = {
        "b64": {
            "type": "string",
            "contentEncoding": "base64",
            "description": "the elements, little-endian, in C order",
        },
        "dtype": {"enum": list(DTYPES)},
        "shape": {"type": "array", "items": {"type": "integer", "minimum": 0}},
    }
    return _object_of(properties)


def _about_inputs(is_processed: bool, adapter: "ServingAdapter") -> str:
    if adapter.inputs_schema() is not None or not is_processed:
        return "The inputs of a sample."
    return (
        "What a data generator of the scenario yields, before the pre-processing: arrays (lists or base64), images as "
        '{"image": base64}, and lists and objects of them.'
    )


def _tensors_schema(tensors: Schema, are_taken: bool) -> Schema:
    if not are_taken:
        return {"not": {}, "properties": {}, "description": "This service needs its pre-processing: it takes none."}
    return {**tensors, "description": "The inputs of the network; the pre-processing is left out."}


def _sample_schema() -> Schema:
    properties = {
        "inputs": {"$ref": "#/components/schemas/Inputs"},
        "tensors": {"$ref": "#/components/schemas/Tensors"},
        "meta": {"type": "object"},
    }
    return {
        "type": "object",
        "properties": properties,
        "oneOf": [{"required": ["inputs"]}, {"required": ["tensors"]}],
    }


def _request_schema(max_samples: int) -> Schema:
    samples = {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Sample"},
        "minItems": 1,
        "maxItems": max_samples,
    }
    arrays = {"enum": ["lists", "base64"], "default": "lists", "description": "how arrays are written in the answer"}
    several = {"type": "object", "properties": {"samples": samples, "arrays": arrays}, "required": ["samples"]}
    return {"oneOf": [{"$ref": "#/components/schemas/Sample"}, several]}


def _outputs_schema(outputs: Optional[Specs]) -> Schema:
    about = "The outputs after the post-processing, which may add, change and remove some of those of the network"
    if outputs is None:
        return {"description": f"{about}."}
    described = ", ".join(
        f"{name} ({spec.dtype.name} {_shape_text(_of_sample(spec))})" for name, spec in outputs.items()
    )
    return {"description": f"{about}: {described}."}


def _of_sample(spec: tf.TensorSpec) -> tf.TensorSpec:
    return spec if not spec.shape.rank else tf.TensorSpec(spec.shape[1:], spec.dtype)


def _response_schema() -> Schema:
    predicted = _object_of({"outputs": {"$ref": "#/components/schemas/Outputs"}, "meta": {}})
    failed = _object_of({"error": {"$ref": "#/components/schemas/Error"}})
    return _object_of({"predictions": {"type": "array", "items": {"oneOf": [predicted, failed]}}})


def _error_schema() -> Schema:
    names = ("code", "message", "where", "expected", "got", "hint")
    return {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        "required": ["code", "message"],
    }


def _predict_operation(example: Schema) -> Schema:
    binary = {"schema": {"type": "string", "format": "binary"}}
    errors = {
        400: "The body cannot be read",
        408: "The body does not come",
        413: "A limit of the size is passed",
        415: "The type of the body is unknown",
        422: "No sample fits the model",
        500: "The model failed",
        503: "Too much is under way; Retry-After tells when to try again",
        504: "It took too long",
    }
    failed = {"type": "object", "properties": {"error": {"$ref": "#/components/schemas/Error"}}}
    return {
        "summary": "Predict one or several samples",
        "parameters": [
            _flag("batch", "Of npy and npz: the first axis of the arrays counts samples"),
            _flag("tensors", "Of npz: the arrays are the inputs of the network"),
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Request"}, "example": example},
                "image/*": binary,
                "application/x-npy": binary,
                "application/x-npz": binary,
            },
        },
        "responses": {
            "200": {
                "description": "A prediction, or an error, for each sample in their order",
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Response"}},
                    "application/x-npz": binary,
                },
            },
            **{
                str(code): {"description": text, "content": {"application/json": {"schema": failed}}}
                for code, text in errors.items()
            },
        },
    }


def _flag(name: str, text: str) -> Schema:
    return {"name": name, "in": "query", "description": text, "schema": {"type": "boolean", "default": False}}


def _get(summary: str, ok: str, errors: Mapping[int, str], content_type: str = "application/json") -> Schema:
    responses: Schema = {"200": {"description": ok, "content": {content_type: {}}}}
    return {
        "summary": summary,
        "responses": {**responses, **{str(code): {"description": text} for code, text in errors.items()}},
    }
