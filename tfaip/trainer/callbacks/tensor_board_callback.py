# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Losses, metrics and arbitrary data in TensorBoard."""

import glob
import os
import re
from collections.abc import Mapping
from typing import Any, Dict, Optional, Tuple

import keras
import tensorflow as tf
from tensorboard.plugins.hparams import api as hparams_api

from tfaip.trainer.callbacks.extract_logs import ExtractLogsCallback
from tfaip.trainer.callbacks.tensor_board_data_handler import TensorBoardDataHandler

HPARAMS_SUFFIX = ".hparams"
LAV_NAME = re.compile(r"^(lav_l\d+)_(.*)$")


class TensorBoardCallback(keras.callbacks.Callback):
    """Writes the logs of each epoch: ``train``, ``validation`` and ``lav_l<i>`` are runs below ``log_dir``.

    Args:
        log_dir: Folder of the run.
        steps_per_epoch: Number of optimizer steps of an epoch.
        extracted_logs_cb: The callback that holds values which are no numbers.
        reset: Delete the event files of an earlier run in ``log_dir``.
        profile: Of no effect, see :class:`tfaip.trainer.callbacks.profile_callback.ProfileCallback`.
        hparams: The parameters for the page of hyper-parameters, none if empty.
    """

    supports_steps_per_call = True

    def __init__(
        self,
        log_dir: str,
        steps_per_epoch: int,
        extracted_logs_cb: ExtractLogsCallback,
        reset: bool = False,
        profile: Any = 0,
        hparams: Optional[Mapping[str, Any]] = None,
        **kwargs: Any,
    ):
        super().__init__()
        del profile, kwargs
        self.log_dir = log_dir
        self.steps_per_epoch = steps_per_epoch
        self.extracted_logs_cb = extracted_logs_cb
        self._reset = reset
        self._hparams = hparams or {}
        self._writers: Dict[str, Any] = {}
        self._handler: Optional[TensorBoardDataHandler] = None

    def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Remove old event files if asked for."""
        if self._reset:
            for pattern in (os.path.join("*", "events.out.tfevents.*"), f"events.out.tfevents.*{HPARAMS_SUFFIX}"):
                for filename in glob.glob(os.path.join(glob.escape(self.log_dir), pattern)):
                    os.remove(filename)
        # a training that begins again with these callbacks goes on with its files
        self._reset = False
        self._write_hparams()
        self._handler = TensorBoardDataHandler(self.model)

    def _write_hparams(self) -> None:
        """Write the parameters into the folder of the run: the page finds the values in the folders below."""
        if not self._hparams or glob.glob(os.path.join(glob.escape(self.log_dir), f"*{HPARAMS_SUFFIX}")):
            return
        writer = tf.summary.create_file_writer(self.log_dir, filename_suffix=HPARAMS_SUFFIX)
        with writer.as_default():
            hparams_api.hparams(dict(self._hparams))
        writer.close()

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Write the values of an epoch."""
        assert self._handler is not None
        values = {**(logs or {}), **self.extracted_logs_cb.extracted_logs}
        is_validated = any(name.startswith("val_") for name in values)
        layer_values = self._layer_values() if is_validated else {}
        runs: Dict[str, Dict[str, Any]] = {"train": {}, **({"validation": {}} if is_validated else {})}
        for name, value in values.items():
            run, short = _run_and_name(name)
            runs.setdefault(run, {})[short] = value
        runs["train"]["lr"] = _learning_rate(self.model.optimizer)
        for run, run_values in runs.items():
            self._write(run, {**layer_values, **run_values}, epoch)

    def _layer_values(self) -> Dict[str, Any]:
        """Return what layers and metrics wrote for the last batch of the validation, by the writers' names."""
        validation = getattr(self.model, "validation", None)
        values = {} if validation is None else validation.tensorboard_values
        return {writer.name: value for writer, value in values.items()}

    def _write(self, run: str, values: Dict[str, Any], epoch: int) -> None:
        assert self._handler is not None
        with self._writer(run).as_default():
            for name, value in values.items():
                self._handler.handle(name, f"epoch_{name.replace('@', '_')}", value, epoch)
        self._writer(run).flush()

    def _writer(self, run: str) -> Any:
        if run not in self._writers:
            self._writers[run] = tf.summary.create_file_writer(os.path.join(self.log_dir, run))
        return self._writers[run]

    def on_train_end(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Close the event files."""
        for writer in self._writers.values():
            writer.close()
        self._writers = {}


def _run_and_name(name: str) -> Tuple[str, str]:
    if name.startswith("val_"):
        return "validation", name[4:]
    match = LAV_NAME.match(name)
    return (match.group(1), match.group(2)) if match else ("train", name)


def _learning_rate(optimizer: keras.optimizers.Optimizer) -> float:
    return float(keras.ops.convert_to_numpy(optimizer.learning_rate))
