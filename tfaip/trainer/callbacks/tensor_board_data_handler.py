# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing values that are no numbers to TensorBoard."""

from typing import TYPE_CHECKING, Any, Dict

import tensorflow as tf
from tensorboard.compat.proto.summary_pb2 import Summary

from tfaip.trainer.callbacks.extract_logs import is_number

if TYPE_CHECKING:
    from tfaip.model.tensorboardwriter import TensorboardWriterInterface
    from tfaip.model.trainingmodel import TrainingModel


class TensorBoardDataHandler:
    """Knows how values are written: with the writer of a layer, as raw summary, or as number.

    Args:
        keras_model: The training model, whose layers may have added writers.
    """

    def __init__(self, keras_model: "TrainingModel"):
        self.tensorboard_handlers: Dict[str, TensorboardWriterInterface] = {
            writer.name: writer for writer in keras_model.tensorboard_writers
        }

    def is_tensorboard_only(self, key: str, value: Any) -> bool:
        """Tell whether a value is for TensorBoard alone and not for the log."""
        return key in self.tensorboard_handlers or not is_number(value)

    def handle(self, name: str, name_for_tb: str, value: Any, step: int) -> None:
        """Write one value to the default summary writer.

        Args:
            name: Name of the value.
            name_for_tb: Its tag in TensorBoard.
            value: A number, an array, or bytes with a serialised summary.
            step: The epoch.
        """
        if name in self.tensorboard_handlers:
            self.tensorboard_handlers[name].handle(name_for_tb, value, step)
        elif is_number(value):
            tf.summary.scalar(name_for_tb, float(value), step=step)
        else:
            _write_raw(name_for_tb, value, step)


def _write_raw(name: str, value: Any, step: int) -> None:
    content = value if isinstance(value, bytes) else getattr(value, "item", lambda: value)()
    if not isinstance(content, bytes):
        tf.summary.text(name, str(value), step=step)
        return
    summary = Summary()
    summary.ParseFromString(content)
    for entry in summary.value:
        entry.tag = name
    tf.summary.experimental.write_raw_pb(summary.SerializeToString(), step=step)
