# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Decoding the body of a request by its type."""

from http import HTTPStatus
from typing import Any, Dict, List

import numpy as np

from tfaip.serve.decoding.arrays import ArrayBudget, array_of_npy, arrays_of_npz
from tfaip.serve.decoding.images import array_of_image
from tfaip.serve.decoding.jsonbody import JsonDecoder
from tfaip.serve.decoding.request import PredictionRequest, RequestedSample, check_number_of_samples
from tfaip.serve.errors import RequestError, wrong_input

JSON, NPY, NPZ = "application/json", "application/x-npy", "application/x-npz"
CONTENT_TYPES = (JSON, NPY, NPZ, "image/*")


class BodyDecoder:
    """Decodes the bodies of requests.

    Args:
        takes_text: Whether inputs may be, or hold, texts.
        max_bytes: The most bytes that images, arrays and meta data of a request may take.
        max_samples: The most samples of a request.
    """

    def __init__(self, takes_text: bool, max_bytes: int, max_samples: int):
        self._takes_text = takes_text
        self._max_bytes = max_bytes
        self._max_samples = max_samples

    def decode(
        self, body: bytes, content_type: str, is_batch: bool = False, is_tensors: bool = False
    ) -> PredictionRequest:
        """Return the request.

        Args:
            body: The body.
            content_type: Its type.
            is_batch: Of npy and npz: the first axis counts samples.
            is_tensors: Of npz: the arrays are the inputs of the network.

        Raises:
            RequestError: The type is unknown, the body cannot be read, or has too many samples.
        """
        budget = ArrayBudget(self._max_bytes)
        request = self._decoded(body, content_type, budget, is_batch, is_tensors)
        request.n_bytes = budget.used
        return request

    def _decoded(
        self, body: bytes, content_type: str, budget: ArrayBudget, is_batch: bool, is_tensors: bool
    ) -> PredictionRequest:
        kind = content_type.partition(";")[0].strip().lower()
        if kind == JSON:
            return JsonDecoder(self._takes_text, budget, self._max_samples).decode(body)
        if kind == NPY:
            return self._of_arrays({"": array_of_npy(body, budget)}, is_batch, False)
        if kind == NPZ:
            return self._of_arrays(arrays_of_npz(body, budget), is_batch, is_tensors)
        if kind.startswith("image/"):
            return PredictionRequest([RequestedSample(array_of_image(body, budget, "body"))])
        raise RequestError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported",
            "The type of the body is unknown.",
            where="header Content-Type",
            expected=", ".join(CONTENT_TYPES),
            got=content_type or "nothing",
        )

    def _of_arrays(self, arrays: Dict[str, np.ndarray], is_batch: bool, is_tensors: bool) -> PredictionRequest:
        if not arrays:
            raise wrong_input("The archive holds no arrays.", where="body")
        for name, array in arrays.items():
            if array.dtype.kind in "SU" and not (self._takes_text or is_tensors):
                raise wrong_input(
                    "This service takes no texts as inputs.", where=f"body, array {name}", got=f"type {array.dtype}"
                )
        if not is_batch:
            return PredictionRequest([RequestedSample(_unnamed(arrays), is_tensors=is_tensors)])
        rows = _rows(arrays, _batch_size(arrays, self._max_samples))
        return PredictionRequest([RequestedSample(_unnamed(row), is_tensors=is_tensors) for row in rows])


def _unnamed(arrays: Dict[str, Any]) -> Any:
    return arrays[""] if set(arrays) == {""} else arrays


def _batch_size(arrays: Dict[str, np.ndarray], most: int) -> int:
    sizes = {len(array) if array.ndim else -1 for array in arrays.values()}
    if len(sizes) != 1 or sizes <= {-1, 0}:
        raise wrong_input(
            "The arrays are not those of a batch.",
            where="body",
            expected="arrays whose first axis has one length, that of the batch, which is not 0",
            got=", ".join(f"{name or 'array'} {list(array.shape)}" for name, array in arrays.items())[:500],
        )
    size = sizes.pop()
    check_number_of_samples(size, most)
    return size


def _rows(arrays: Dict[str, np.ndarray], n: int) -> List[Dict[str, Any]]:
    return [{name: array[index] for name, array in arrays.items()} for index in range(n)]
