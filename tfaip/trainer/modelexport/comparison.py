# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Whether an exported graph computes what it should, tried with made-up inputs."""

from collections.abc import Callable, Mapping
from typing import Any, Dict, Optional

import numpy as np
import tensorflow as tf

from tfaip.util.errors import UserError
from tfaip.util.logging import logger

log = logger(__name__)

BATCH = 2
# of axes of any size: large enough for some levels of pooling
SIZE = 64
# half precision has three digits
RELATIVE, ABSOLUTE = 1e-3, 1e-4

Graph = Callable[[Dict[str, Any]], Mapping[str, Any]]


def sample_inputs(specs: Mapping[str, tf.TensorSpec]) -> Dict[str, tf.Tensor]:
    """Return a batch of inputs that most graphs can work with: small numbers, ones, empty strings."""
    rng = np.random.default_rng(1)
    return {name: _sample_input(spec, rng) for name, spec in specs.items()}


def _sample_input(spec: tf.TensorSpec, rng: np.random.Generator) -> tf.Tensor:
    sizes = [BATCH] if spec.shape.rank is None else spec.shape.as_list()
    shape = [(SIZE if axis else BATCH) if size is None else size for axis, size in enumerate(sizes)]
    if spec.dtype == tf.string:
        return tf.fill(shape, "")
    return tf.cast(rng.random(shape) if spec.dtype.is_floating else np.ones(shape), spec.dtype)


def check_same_outputs(reference: Graph, graph: Graph, specs: Mapping[str, tf.TensorSpec], where: str) -> None:
    """Check that a graph computes the same as another one.

    Nothing is checked, and it is logged, where the reference cannot work with the made-up inputs, or is random.

    Args:
        reference: The graph that is right.
        graph: The new graph.
        specs: The inputs.
        where: The new graph, for the message.

    Raises:
        UserError: They differ.
    """
    inputs = sample_inputs(specs)
    try:
        expected = _arrays(reference(inputs))
        again = _arrays(reference(inputs))
    except (tf.errors.OpError, ValueError, TypeError) as error:
        log.info("The exported graph was not compared: made-up inputs do not suit it (%s)", type(error).__name__)
        return
    if _difference(expected, again) is not None:
        log.info("The exported graph was not compared: its outputs are random")
        return
    difference = _difference(expected, _arrays(graph(inputs)))
    if difference is not None:
        raise UserError(
            "The new model does not compute what the old one does.",
            where=where,
            got=difference,
            hint="use the code that the model was trained with; --no_check_loaded exports all the same.",
        )


def _arrays(outputs: Mapping[str, Any]) -> Dict[str, np.ndarray]:
    return {name: np.asarray(value) for name, value in outputs.items()}


def _difference(expected: Dict[str, np.ndarray], found: Dict[str, np.ndarray]) -> Optional[str]:
    """Return what differs; numbers that are no fractions may, as a class that is chosen by a hair's breadth."""
    if expected.keys() != found.keys():
        return f"outputs {', '.join(sorted(found))} instead of {', '.join(sorted(expected))}"
    for name, value in expected.items():
        other = found[name]
        if value.dtype != other.dtype or value.ndim != other.ndim:
            return f"output {name}: {other.dtype} {other.shape} instead of {value.dtype} {value.shape}"
        if value.dtype.kind != "f":
            continue
        if value.shape != other.shape or not np.allclose(value, other, RELATIVE, ABSOLUTE, equal_nan=True):
            return f"output {name}: other values for the same inputs"
    return None
