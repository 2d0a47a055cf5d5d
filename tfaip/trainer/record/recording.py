# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The record of a training, made of what the trainer knows."""

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Dict, List, Optional

import tensorflow as tf

from tfaip.runs.code.recording import CodeRecording, Source, is_wanted
from tfaip.runs.format.run import Primary
from tfaip.runs.record.machine import machine_facts, new_session, package_versions
from tfaip.runs.record.pictures import PictureRecording
from tfaip.runs.record.recorder import Recorder, Start
from tfaip.runs.record.timeleft import Plan
from tfaip.trainer.resume.changes import Resumption
from tfaip.version import __version__

if TYPE_CHECKING:
    from tfaip.trainer.trainer import Trainer

BYTES_OF_MB = 1_000_000


def create_recorder(trainer: "Trainer", steps_per_epoch: int, resumption: Optional[Resumption]) -> Optional[Recorder]:
    """Return the record of a training, which has not begun; None if none is to be kept.

    Args:
        trainer: Its model is set up.
        steps_per_epoch: Number of steps of an epoch.
        resumption: Where a run goes on.
    """
    params = trainer.params
    if not params.output_dir or not params.record.enabled:
        return None
    state = resumption.state if resumption else None
    start = Start(state.epoch if state else 0, state.step if state else 0, trainer.restore)
    session = new_session(
        packages={"tfaip": __version__, **package_versions()},
        devices=[f"GPU {index}" for index in trainer.device_config.gpus] or ["CPU"],
        machine={**machine_facts(), "gpus": _gpus()},
        seed=params.random_seed,
        resumed_epoch=start.epoch if trainer.restore else None,
        resumed_step=start.epoch * steps_per_epoch + start.step if trainer.restore else None,
    )
    cls = type(trainer.scenario)
    has_validation = params.gen.val_gen() is not None
    plan = Plan(
        params.epochs,
        steps_per_epoch,
        params.val_every_n if has_validation else 0,
        params.lav_every_n,
        params.lav_min_epoch,
    )
    recorder = Recorder(
        params.output_dir,
        f"{cls.__module__}:{cls.__qualname__}",
        session,
        _primary(trainer),
        plan,
        start,
        params.record.interval,
    )
    if params.record.images:
        PictureRecording(recorder)
    filename = getattr(sys.modules.get(cls.__module__), "__file__", None)
    if params.record.code and filename and is_wanted():
        CodeRecording(recorder, Source(filename, cls.__module__), int(params.record.code_max_size * BYTES_OF_MB))
    return recorder


@contextlib.contextmanager
def recording(recorder: Optional[Recorder]) -> Iterator[None]:
    """Record what happens in the block, if a record is kept."""
    with recorder or contextlib.nullcontext():
        yield


def _primary(trainer: "Trainer") -> Primary:
    mode, monitor = trainer.scenario.best_logging_settings()
    return Primary(monitor if monitor.startswith(("val_", "lav_")) else f"val_{monitor}", mode)


def _gpus() -> List[Dict[str, Any]]:
    devices = tf.config.get_visible_devices("GPU")
    return [{"device": device.name, **tf.config.experimental.get_device_details(device)} for device in devices]
