# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What layers hand to TensorBoard for a batch."""

from typing import Any, Callable, Dict

import numpy as np
import tensorflow as tf

from tfaip.model.keras_private.discardingscope import DiscardingScope
from tfaip.model.keras_private.hookcalls import framework_code
from tfaip.model.scope import layer_scope
from tfaip.model.tensorboardwriter import TensorboardWriterInterface

Values = Dict[TensorboardWriterInterface, Any]


class LayerValues:
    """Computes the values of a batch; no variable and no sum changes.

    Args:
        run_graph: Runs graph and metrics of a batch and returns what the layers of the graph handed over.
        run_eagerly: Run each operation from Python.
    """

    def __init__(self, run_graph: Callable[[Any, Any], Values], run_eagerly: bool):
        self._run_graph = run_graph
        # functions of TensorFlow return dictionaries of texts
        self._writers: Dict[str, TensorboardWriterInterface] = {}
        self._function = self._compute if run_eagerly else tf.function(self._compute, reduce_retracing=True)

    def __call__(self, inputs: Any, targets: Any) -> Values:
        """Return the value for each writer."""
        return {self._writers[key]: np.asarray(value) for key, value in self._function(inputs, targets).items()}

    @framework_code
    def _compute(self, inputs: Any, targets: Any) -> Dict[str, Any]:
        # Metrics, statistics and random states must not change.
        with DiscardingScope(), layer_scope() as scope:
            of_graph = self._run_graph(inputs, targets)
        values = {**of_graph, **scope.tensorboard}
        self._writers.update({f"{i:04d}": writer for i, writer in enumerate(values)})
        return {f"{i:04d}": value for i, value in enumerate(values.values())}
