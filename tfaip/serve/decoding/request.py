# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A request for predictions, once its body is decoded."""

from dataclasses import dataclass, field
from typing import Any, List, Union

from tfaip.serve.errors import RequestError, too_large


@dataclass
class RequestedSample:
    """A sample to predict.

    Attributes:
        inputs: What a data generator would yield, or, if ``is_tensors``, the inputs of the network by their names.
        meta: Meta data.
        is_tensors: Whether the inputs are those of the network, so that the pre-processing is left out.
    """

    inputs: Any
    meta: Any = field(default_factory=dict)
    is_tensors: bool = False


@dataclass
class PredictionRequest:
    """The samples of a request.

    Attributes:
        samples: The samples, or why one cannot be read.
        arrays: How arrays are written into the answer: ``lists`` or ``base64``.
        n_bytes: About how much memory the samples take.
    """

    samples: List[Union[RequestedSample, RequestError]]
    arrays: str = "lists"
    n_bytes: int = 0


def check_number_of_samples(n: int, most: int) -> None:
    """Check how many samples a request has, before anything is made of them.

    Raises:
        RequestError: They are too many.
    """
    if n > most:
        raise too_large(
            "The request has too many samples.",
            where="body",
            expected=f"at most {most}",
            got=str(n),
            hint="send them in several requests, at the same time",
        )
