# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Requests in JSON."""

import json
import sys
from http import HTTPStatus
from typing import Any, Dict, List, NoReturn, Union

from tfaip.serve.decoding.arrays import (
    ArrayBudget,
    array_of_base64,
    array_of_numbers,
    bytes_of_base64,
    is_numbers,
)
from tfaip.serve.decoding.images import array_of_image
from tfaip.serve.decoding.request import PredictionRequest, RequestedSample, check_number_of_samples
from tfaip.serve.errors import RequestError, malformed, wrong_input
from tfaip.util.errors import did_you_mean

SAMPLE_KEYS = ("inputs", "tensors", "meta")
REQUEST_KEYS = ("samples", "arrays")
ARRAY_FORMS = ("lists", "base64")
_MAX_DEPTH = 64
# of an empty list or object in Python
_BYTES_OF_CONTAINER = 64


class JsonDecoder:
    """Decodes requests in JSON.

    Args:
        takes_text: Whether inputs may be, or hold, texts.
        budget: Counts the bytes of images, arrays, and all other values.
        max_samples: The most samples of a request.
    """

    def __init__(self, takes_text: bool, budget: ArrayBudget, max_samples: int):
        self._takes_text = takes_text
        self._budget = budget
        self._max_samples = max_samples

    def decode(self, body: bytes) -> PredictionRequest:
        """Return the request.

        Raises:
            RequestError: The body is no JSON, or no request, or has too many samples. What is wrong with one of several
                samples stands in its place.
        """
        self._budget.take(_BYTES_OF_CONTAINER * (body.count(b"[") + body.count(b"{")) + 8 * body.count(b","), "body")
        try:
            return self._request(parse(body))
        except RecursionError as error:
            raise malformed("The body is nested too deeply.", where="body") from error

    def _request(self, content: Any) -> PredictionRequest:
        if not isinstance(content, dict):
            raise wrong_input("The body is no object.", where="body", expected=_expected(), got=_type_name(content))
        if "samples" not in content:
            _check_keys(content, (*SAMPLE_KEYS, "arrays"), "body")
            sample = {key: value for key, value in content.items() if key != "arrays"}
            return PredictionRequest([self._sample(sample, "body")], _array_form(content))
        _check_keys(content, REQUEST_KEYS, "body")
        samples = content["samples"]
        if not isinstance(samples, list) or not samples:
            raise wrong_input(
                "There are no samples.", where="body.samples", expected="a list of objects", got=_type_name(samples)
            )
        check_number_of_samples(len(samples), self._max_samples)
        return PredictionRequest(
            [self._try_sample(sample, f"samples[{index}]") for index, sample in enumerate(samples)],
            _array_form(content),
        )

    def _try_sample(self, sample: Any, where: str) -> Union[RequestedSample, RequestError]:
        try:
            return self._sample(sample, where)
        except RequestError as error:
            if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                raise
            return error.without_traceback()

    def _sample(self, sample: Any, where: str) -> RequestedSample:
        if not isinstance(sample, dict):
            raise wrong_input("A sample is no object.", where=where, expected=_expected(), got=_type_name(sample))
        _check_keys(sample, SAMPLE_KEYS, where)
        if ("inputs" in sample) == ("tensors" in sample):
            raise wrong_input("A sample needs inputs, or tensors.", where=where, expected=_expected())
        meta = sample.get("meta", {})
        if not isinstance(meta, dict):
            raise wrong_input("The meta data is no object.", where=f"{where}.meta", got=_type_name(meta))
        self._check_meta(meta, f"{where}.meta")
        if "inputs" in sample:
            inputs = self._value(sample["inputs"], f"{where}.inputs", self._takes_text)
            return RequestedSample(inputs, meta)
        tensors = sample["tensors"]
        if not isinstance(tensors, dict):
            raise wrong_input(
                "The tensors are no object.",
                where=f"{where}.tensors",
                expected="an object with the inputs of the network",
                got=_type_name(tensors),
            )
        values = {key: self._value(value, f"{where}.tensors.{key}", True) for key, value in tensors.items()}
        return RequestedSample(values, meta, is_tensors=True)

    def _value(self, value: Any, where: str, takes_text: bool, depth: int = 0) -> Any:
        if depth > _MAX_DEPTH:
            raise _too_deep(where)
        if isinstance(value, str):
            self._take(value, where)
            return value if takes_text else _refuse_text(where)
        if isinstance(value, list):
            if is_numbers(value):
                return self._numbers(value, where)
            return [self._value(item, f"{where}[{i}]", takes_text, depth + 1) for i, item in enumerate(value)]
        if isinstance(value, dict):
            return self._object(value, where, takes_text, depth)
        if isinstance(value, (int, float)):
            self._take(value, where)
            return array_of_numbers([value], where)[0].item()
        return value

    def _numbers(self, value: List[Any], where: str) -> Any:
        self._budget.take(8 * _count(value), where)
        return array_of_numbers(value, where)

    def _object(self, value: Dict[str, Any], where: str, takes_text: bool, depth: int) -> Any:
        if set(value) == {"b64", "dtype", "shape"}:
            self._budget.take(len(value["b64"]) if isinstance(value["b64"], str) else 0, where)
            return array_of_base64(value, where)
        # anything else is an input that is called image
        if set(value) == {"image"} and isinstance(value["image"], str):
            return array_of_image(bytes_of_base64(value["image"], f"{where}.image"), self._budget, f"{where}.image")
        self._take(value, where)
        return {key: self._value(item, f"{where}.{key}", takes_text, depth + 1) for key, item in value.items()}

    def _check_meta(self, value: Any, where: str, depth: int = 0) -> None:
        """Count the bytes of a value that stays as it is, and check that it can be written again.

        Each level needs a call for that.
        """
        if depth > _MAX_DEPTH:
            raise _too_deep(where)
        self._take(value, where)
        if isinstance(value, (dict, list)):
            for item in value.values() if isinstance(value, dict) else value:
                self._check_meta(item, where, depth + 1)

    def _take(self, value: Any, where: str) -> None:
        """Count the bytes of what is no array, without the values in it."""
        self._budget.take(sys.getsizeof(value), where)
        if isinstance(value, dict):
            self._budget.take(sum(map(sys.getsizeof, value)), where)


def parse(body: bytes) -> Any:
    """Return the content of JSON.

    Raises:
        RequestError: It is none.
        RecursionError: It is nested too deeply.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        where = f"body, line {error.lineno}, column {error.colno}"
        raise malformed("The body is not valid JSON.", where=where, got=error.msg) from error
    except UnicodeDecodeError as error:
        raise malformed("The body is not encoded in UTF-8.", where="body", got=str(error)) from error
    except ValueError as error:
        # a number of thousands of digits
        raise malformed("The body cannot be read.", where="body", got=str(error)) from error


def _refuse_constant(name: str) -> NoReturn:
    raise malformed(
        f"The body is not valid JSON: {name} is no number of JSON.",
        where="body",
        hint='send arrays with such values as {"b64": ..., "dtype": ..., "shape": ...}',
    )


def _too_deep(where: str) -> RequestError:
    return wrong_input("The value is nested too deeply.", where=where, expected=f"at most {_MAX_DEPTH} levels")


def _refuse_text(where: str) -> NoReturn:
    raise wrong_input(
        "This service takes no texts as inputs.",
        where=where,
        expected='numbers, lists of them, {"b64": ..., "dtype": ..., "shape": ...} or {"image": <base64>}',
        got="a text",
        hint="where no processor takes texts for names of files, start it with --serve.text_inputs True",
    )


def _check_keys(content: Dict[str, Any], known: Any, where: str) -> None:
    for key in content:
        if key not in known:
            raise wrong_input(
                f"The key {key[:100]!r} is unknown.",
                where=where,
                expected=", ".join(known),
                hint=did_you_mean(key[:100], known),
            )


def _array_form(content: Dict[str, Any]) -> str:
    form = content.get("arrays", "lists")
    if form not in ARRAY_FORMS:
        raise wrong_input("This form of arrays is unknown.", where="body.arrays", expected=" or ".join(ARRAY_FORMS))
    return str(form)


def _expected() -> str:
    return '{"inputs": ..., "meta": {...}}, {"tensors": {...}}, or {"samples": [...]} with several of them'


def _count(value: List[Any]) -> int:
    return sum(map(_count, value)) if value and isinstance(value[0], list) else len(value)


def _type_name(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value", type(None): "null"}
    if isinstance(value, (list, dict)) and not value:
        return f"{names[type(value)]} without elements"
    return names.get(type(value), "a number")
