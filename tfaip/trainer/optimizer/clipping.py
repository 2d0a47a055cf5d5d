# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Clipping the gradient of all replicas."""

from typing import Any, List, Type

import keras
import tensorflow as tf


def clip_whole_gradient(optimizer_cls: Type[keras.optimizers.Optimizer]) -> Type[keras.optimizers.Optimizer]:
    """Return a subclass that clips the gradient of all replicas; Keras clips each replica's share of it.

    Args:
        optimizer_cls: Class of the optimizer.
    """

    class WholeGradient(optimizer_cls):
        def _clip_gradients(self, grads: List[Any]) -> List[Any]:
            replica = tf.distribute.get_replica_context()
            if replica is None or replica.num_replicas_in_sync == 1:
                return list(super()._clip_gradients(grads))
            clipped = super()._clip_gradients(replica.all_reduce(tf.distribute.ReduceOp.SUM, grads))
            # Keras sums the gradients of the replicas afterwards
            return [gradient / replica.num_replicas_in_sync for gradient in clipped]

    WholeGradient.__name__ = WholeGradient.__qualname__ = optimizer_cls.__name__
    WholeGradient.__doc__ = optimizer_cls.__doc__
    return WholeGradient
