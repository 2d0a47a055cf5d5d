# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What layers hand over besides their outputs while a graph is computed: values for TensorBoard and metrics."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Dict, List, Optional

import tensorflow as tf

from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.model.tensorboardwriter import TensorboardWriterInterface

log = logger(__name__)


class LayerScope:
    """Collects what the layers of one computation hand over.

    Attributes:
        tensorboard: The value of each writer; the last one if a writer is used several times.
        metrics: Values by their names; they are averaged over all samples.
    """

    def __init__(self) -> None:
        self.tensorboard: Dict[TensorboardWriterInterface, Any] = {}
        self.metrics: Dict[str, Any] = {}
        self._graph = tf.compat.v1.get_default_graph() if not tf.executing_eagerly() else None

    def add_tensorboard(self, writer: "TensorboardWriterInterface", value: Any) -> None:
        """Keep the value of a writer; values from within a loop or branch can not be reached from outside."""
        if self._graph is not None and tf.is_tensor(value) and value.graph is not self._graph:
            log.warning("The value of the TensorBoard writer %s is computed inside a loop: not written.", writer.name)
            return
        self.tensorboard[writer] = value


class _Scopes(threading.local):
    def __init__(self) -> None:
        self.stack: List[LayerScope] = []


_scopes = _Scopes()


def current_scope() -> Optional[LayerScope]:
    """Return the scope of the computation that runs in this thread, if any."""
    return _scopes.stack[-1] if _scopes.stack else None


@contextmanager
def layer_scope() -> Iterator[LayerScope]:
    """Yield a scope that collects what layers hand over inside the block."""
    scope = LayerScope()
    _scopes.stack.append(scope)
    try:
        yield scope
    finally:
        _scopes.stack.pop()
