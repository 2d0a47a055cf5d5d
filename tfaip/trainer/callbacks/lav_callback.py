# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Load-and-validate during a training."""

import dataclasses
import time
from typing import TYPE_CHECKING, Any, Dict, Optional

import keras

from tfaip.device.device_config import DistributionStrategy
from tfaip.lav.params import LAVParams
from tfaip.scenario.livemodel import LiveModel
from tfaip.trainer.callbacks.extract_logs import ExtractLogsCallback, is_number
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.lav.lav import LAV
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.trainer.params import TrainerParams

log = logger(__name__)


class LAVCallback(keras.callbacks.Callback):
    """Runs load-and-validate with the prediction graph of the model that is trained.

    It runs on every ``lav_every_n``-th epoch (counted from 0, from ``lav_min_epoch`` on) and after the last one. The
    values of list ``i`` are added to the logs with the prefix ``lav_l<i>_``.

    Args:
        trainer_params: Parameters of the training.
        scenario: The scenario that is trained.
        extract_logs_cb: The callback that holds values which are no numbers.
    """

    supports_steps_per_call = True

    def __init__(self, trainer_params: "TrainerParams", scenario: "ScenarioBase", extract_logs_cb: ExtractLogsCallback):
        super().__init__()
        self._trainer_params = trainer_params
        self._scenario = scenario
        self._extract_logs_cb = extract_logs_cb
        self._lav: Optional[LAV] = None
        self._live: Optional[LiveModel] = None
        self._has_warned = False

    def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Begin with the present parameters."""
        self._lav = self._live = None
        params = self._trainer_params
        if params.lav_every_n > 0 and params.lav_min_epoch >= params.epochs:
            log.warning(
                "Load-and-validate never runs: the last epoch is %d, trainer.lav_min_epoch is %d (counted from 0).",
                params.epochs - 1,
                params.lav_min_epoch,
            )

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Run load-and-validate if this epoch asks for it."""
        params = self._trainer_params
        if params.lav_every_n <= 0 or epoch < params.lav_min_epoch:
            return
        is_last = epoch + 1 == params.epochs
        if epoch % params.lav_every_n != 0 and not is_last:
            return
        is_empty = True
        for index, result in enumerate(self._run()):
            is_empty = False
            for name, value in result.items():
                key = f"lav_l{index}_{name}"
                if is_number(value) and logs is not None:
                    logs[key] = value
                else:
                    self._extract_logs_cb.extracted_logs[key] = value
        if is_empty and not self._has_warned:
            self._has_warned = True
            log.warning("There are no data to load and validate (trainer.lav_every_n): lav_gen() returns no list.")

    def _create(self) -> "LAV":
        lav_params = LAVParams(
            pipeline=self._trainer_params.gen.setup.val,
            # the devices of the training are shared by its steps only
            device=dataclasses.replace(self._trainer_params.device, dist_strategy=DistributionStrategy.DEFAULT),
            silent=self._trainer_params.lav_silent,
            results_dir=self._trainer_params.output_dir,
        )
        return self._scenario.create_lav(lav_params, self._scenario.params)

    def _run(self) -> Any:
        if self._lav is None or self._live is None:
            # kept for the training: data, model and graphs are made once
            self._lav = self._create()
            self._live = LiveModel(self._scenario.keras_predict_model, self._scenario.keras_train_model)
        start = time.perf_counter()
        results = self._lav.run(
            self._trainer_params.gen.lav_gen(),
            keras_model=self._live,
            run_eagerly=self._trainer_params.force_eager,
            return_tensorboard_outputs=True,
        )
        for index, result in enumerate(results):
            minutes = (time.perf_counter() - start) / 60
            values = " - ".join(f"{name}: {value:.4f}" for name, value in sorted(result.items()) if is_number(value))
            log.info("LAV l%d Metrics (dt=%.2fmin) - %s", index, minutes, values)
            yield result
            start = time.perf_counter()
