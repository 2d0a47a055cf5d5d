# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Errors that TensorFlow wraps while it runs a step or reads a batch."""

from contextlib import contextmanager
from typing import Iterator

import tensorflow as tf

from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.model.keras_private.hookcalls import user_error_behind


@contextmanager
def original_errors(pipeline: DataPipeline) -> Iterator[None]:
    """Raise the error of a processor, or of a hook of the model, instead of the one that TensorFlow made of it."""
    try:
        yield
    except tf.errors.OpError:
        pipeline.raise_pending_error()
        raise
    except Exception as error:
        user_error = user_error_behind(error)
        if user_error is None:
            raise
        raise user_error from None
