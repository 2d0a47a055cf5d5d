# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Operations that draw random numbers of a state which TensorFlow does not tell."""

from collections.abc import Iterator
from typing import Any, List, Tuple

import tensorflow as tf

# those of tf.random.*, tf.image.* and tf.nn.* without "stateless"; Keras and tf.random.Generator use none of them
STATEFUL = frozenset(
    {
        "AllCandidateSampler",
        "FixedUnigramCandidateSampler",
        "LearnedUnigramCandidateSampler",
        "LogUniformCandidateSampler",
        "Multinomial",
        "ParameterizedTruncatedNormal",
        "RandomGamma",
        "RandomPoisson",
        "RandomPoissonV2",
        "RandomShuffle",
        "RandomStandardNormal",
        "RandomUniform",
        "RandomUniformInt",
        "SampleDistortedBoundingBox",
        "SampleDistortedBoundingBoxV2",
        "ThreadUnsafeUnigramCandidateSampler",
        "TruncatedNormal",
        "UniformCandidateSampler",
    }
)


def stateful_random_operations(graph: tf.Graph) -> List[str]:
    """Return the names and types of these operations in a graph and in the functions that it calls."""
    return [f"{name} ({kind})" for name, kind in _operations(graph.as_graph_def()) if kind in STATEFUL]


def _operations(definition: Any) -> Iterator[Tuple[str, str]]:
    for nodes in (definition.node, *(function.node_def for function in definition.library.function)):
        for node in nodes:
            yield node.name, node.op
