# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Errors that TensorFlow wraps while it runs a step or reads a batch."""

from contextlib import contextmanager
from typing import Iterator

import tensorflow as tf

from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.model.replicas import SMALL_BATCH
from tfaip.util.errors import UserError

XLA_MARK = "XLA"


@contextmanager
def original_errors(pipeline: DataPipeline) -> Iterator[None]:
    """Raise the error of a processor instead of the one that TensorFlow made of it."""
    try:
        yield
    except tf.errors.OpError as error:
        pipeline.raise_pending_error()
        if XLA_MARK in str(error):
            raise _not_for_xla(error) from error
        if SMALL_BATCH in str(error):
            raise _too_small(error) from None
        raise


def _not_for_xla(error: tf.errors.OpError) -> UserError:
    return UserError(
        "XLA cannot compile the training step.",
        where="trainer.jit_compile",
        expected="operations that XLA knows, in the graph, its losses and its metrics",
        got=str(error.message).splitlines()[0],
        hint="leave --trainer.jit_compile out",
    )


def _too_small(error: tf.errors.OpError) -> UserError:
    return UserError(
        "A batch cannot be shared by the devices.",
        where="device.dist_strategy, train.batch_size",
        expected="a sample for each device in each batch of the training",
        got=str(error.message).splitlines()[0],
        hint="use larger batches, or let the generator leave out what is too small",
    )
