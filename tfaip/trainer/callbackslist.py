# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The callbacks of a training, in their order."""

import os
from typing import TYPE_CHECKING, List, Optional

import keras

from tfaip.runs.format.status import Phase
from tfaip.runs.record.recorder import Recorder
from tfaip.trainer.callbacks.benchmark_callback import BenchmarkCallback
from tfaip.trainer.callbacks.earlystopping.callback import EarlyStoppingCallback
from tfaip.trainer.callbacks.ema_callback import EMACallback
from tfaip.trainer.callbacks.exporters.creation import create_exporters
from tfaip.trainer.callbacks.extract_logs import ExtractLogsCallback
from tfaip.trainer.callbacks.hparams import hparams
from tfaip.trainer.callbacks.lav_callback import LAVCallback
from tfaip.trainer.callbacks.logger_callback import LoggerCallback
from tfaip.trainer.callbacks.profile_callback import ProfileCallback
from tfaip.trainer.callbacks.progbar import EpochResults, TFAIPProgbarLogger
from tfaip.trainer.callbacks.tensor_board_callback import TensorBoardCallback
from tfaip.trainer.nonfinite.guard import NumbersGuard
from tfaip.trainer.nonfinite.policy import NonFinitePolicy
from tfaip.trainer.record.callback import PhaseCallback, RecordCallback

if TYPE_CHECKING:
    from tfaip.trainer.trainer import Trainer


def create_callbacks(
    trainer: "Trainer",
    external: List[keras.callbacks.Callback],
    steps_per_epoch: int,
    recorder: Optional[Recorder] = None,
) -> List[keras.callbacks.Callback]:
    """Return the callbacks of a training.

    Weights are written before load-and-validate and the best model's export can fail, the parameters that make the new
    checkpoint the valid one after them. The average of the weights, if there is one, is used from the end of an epoch
    on: by load-and-validate, the export of the best model and all callbacks after them.

    Args:
        trainer: The trainer.
        external: Callbacks of the user; they come last.
        steps_per_epoch: Number of optimizer steps of an epoch.
        recorder: The record of the run, None if none is kept.
    """
    params, scenario = trainer.params, trainer.scenario
    extract_logs = ExtractLogsCallback()
    callbacks: List[keras.callbacks.Callback] = [extract_logs]
    progress = TFAIPProgbarLogger(params.progbar_delta_time, mode=params.progress_bar_mode, view=trainer.view)
    callbacks.append(progress)
    callbacks.append(BenchmarkCallback(extract_logs))
    callbacks.append(trainer.create_train_params_logger_callback(store_weights=True, store_params=False))
    average = scenario.keras_train_model.updates.average
    if average is not None:
        callbacks.append(EMACallback(average))
    if params.lav_every_n > 0:
        callbacks += _phase(recorder, Phase.EVALUATION)
        callbacks.append(LAVCallback(params, scenario, extract_logs))
    callbacks += _phase(recorder, Phase.EXPORT)
    callbacks.append(EarlyStoppingCallback(scenario, params))
    callbacks.append(trainer.create_train_params_logger_callback(store_weights=False, store_params=True))
    if params.profile:
        callbacks.append(ProfileCallback(params.output_dir, params.profile_steps))
    if params.output_dir:
        callbacks.append(
            TensorBoardCallback(
                os.path.abspath(params.output_dir),
                steps_per_epoch,
                extract_logs,
                reset=params.current_epoch == 0,
                hparams=hparams(params, type(scenario).default_trainer_params()),
            )
        )
    skips = params.non_finite is NonFinitePolicy.SKIP
    callbacks.append(NumbersGuard(scenario.keras_train_model.check_numbers(skips), params.non_finite))
    callbacks.append(LoggerCallback(is_shown=trainer.view.replaces_log))
    callbacks.append(EpochResults(progress, params.early_stopping))
    if recorder is not None:
        callbacks.append(RecordCallback(recorder, params.early_stopping))
    callbacks += create_exporters(trainer)
    return callbacks + list(external)


def _phase(recorder: Optional[Recorder], phase: Phase) -> List[keras.callbacks.Callback]:
    return [] if recorder is None else [PhaseCallback(recorder, phase)]
