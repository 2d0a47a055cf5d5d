# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Tracking and exporting the best model, and stopping early."""

import math
from typing import TYPE_CHECKING, Any, Dict, Optional

import keras

from tfaip.trainer.callbacks.earlystopping.best import best_is_there, best_path
from tfaip.trainer.callbacks.earlystopping.stopped import has_reached_target, is_enabled, is_stopped
from tfaip.util.errors import UserValueError, did_you_mean
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.trainer.params import TrainerParams

log = logger(__name__)


class EarlyStoppingCallback(keras.callbacks.Callback):
    """Tracks the best value of the model's monitor, exports the best model, and stops as its parameters say.

    The state lives in the parameters, and so in the checkpoint. A value that is not a number is never the best one.

    Args:
        scenario: The scenario that is trained.
        trainer_params: Parameters of the training.
    """

    supports_steps_per_call = True

    def __init__(self, scenario: "ScenarioBase", trainer_params: "TrainerParams"):
        super().__init__()
        self._scenario = scenario
        self._trainer_params = trainer_params
        self._params = trainer_params.early_stopping
        mode, monitor = scenario.best_logging_settings()
        self._has_warned = False
        self._params.mode = mode
        self._params.monitor = monitor if monitor.startswith(("val_", "lav_")) else f"val_{monitor}"

    @property
    def enabled(self) -> bool:
        """Whether the training may be stopped for lack of improvement."""
        return is_enabled(self._params)

    def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Look at the state of a resumed run, and tell if nothing can be monitored."""
        self._check_state()
        if self._params.n_to_go == 1:
            log.warning(
                "early_stopping.n_to_go 1 does not stop the training, since the best test counts, too: 2 stops it at "
                "the first test without improvement."
            )
        if getattr(self.model, "validation", None) is None and (self._params.monitor or "").startswith("val_"):
            log.warning(
                "There are no validation data: the best model (by %s) is not tracked and not exported.",
                self._params.monitor,
            )

    def get_state(self) -> Dict[str, Any]:
        """Return the best value and the number of tests since then."""
        return {"current": self._params.current, "n": self._params.n}

    def set_state(self, state: Dict[str, Any]) -> None:
        """Go on with a state of :meth:`get_state`."""
        self._params.current, self._params.n = state["current"], state["n"]
        if self._best_is_gone():
            self._params.current, self._params.n = None, 1

    def _best_is_gone(self) -> bool:
        is_exported = self._params.current is not None and bool(self._trainer_params.export_best)
        return is_exported and not best_is_there(self._trainer_params)

    def _check_state(self) -> None:
        """Let a best model that is gone be exported anew, and a run that had been stopped early stay stopped."""
        if self._best_is_gone():
            log.warning("The best model is gone from %s: the next one is exported.", best_path(self._trainer_params))
            self._params.current, self._params.n = None, 1
        if is_stopped(self._params):
            log.info("The training was stopped early: the best value is %s.", self._params.current)
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Compare the monitored value with the best one."""
        logs = logs or {}
        monitor = self._params.monitor
        assert monitor is not None
        if monitor not in logs:
            self._check_monitor(monitor, logs)
            return
        value = float(logs[monitor])
        if math.isnan(value) and not self._has_warned:
            self._has_warned = True
            log.warning("The value of %s is not a number: this epoch cannot have the best model.", monitor)
        if self._is_better(value):
            log.info("Better value of %s found. Old = %s, Best = %s", monitor, self._params.current, value)
            self._params.current = value
            self._params.n = 1
            self._export_best(epoch)
        else:
            self._count_failure(epoch)
        if has_reached_target(self._params):
            log.info("The best value of %s = %s reached its threshold: stop.", monitor, self._params.current)
            self.model.stop_training = True

    def _check_monitor(self, monitor: str, logs: Dict[str, Any]) -> None:
        if monitor.startswith("lav_") and not self._trainer_params.lav_every_n:
            hint: Optional[str] = "set trainer.lav_every_n to 1."
        elif monitor.startswith("lav_") and any(name.startswith("lav_") for name in logs):
            hint = did_you_mean(monitor, [name for name in logs if name.startswith("lav_")])
        elif monitor.startswith("val_") and any(name.startswith("val_") for name in logs):
            hint = did_you_mean(monitor.removeprefix("val_"), [n.removeprefix("val_") for n in logs if n[:4] == "val_"])
        else:
            return
        raise UserValueError(
            f"The value {monitor!r}, which tells the best model, is not computed.",
            where=f"{type(self._scenario.model).__name__}._best_logging_settings",
            expected="the name of a loss or metric",
            got=monitor.removeprefix("val_"),
            hint=hint,
        )

    def _is_better(self, value: float) -> bool:
        current = self._params.current
        if math.isnan(value):
            return False
        if current is None or math.isnan(current):
            return True
        return value < current if self._params.mode == "min" else value > current

    def _count_failure(self, epoch: int) -> None:
        if not self.enabled or (epoch + 1) % self._params.frequency != 0 or not self._passed_threshold():
            return
        self._params.n += 1
        log.info(
            "No improvement of %s for %d tests (%d stop the training).",
            self._params.monitor,
            self._params.n - 1,
            self._params.n_to_go - 1,
        )
        if self._params.n >= self._params.n_to_go:
            log.info("Stop early: the best value is %s.", self._params.current)
            self.model.stop_training = True

    def _passed_threshold(self) -> bool:
        current = self._params.current
        if current is None:
            return False
        if self._params.mode == "max":
            return current >= self._params.lower_threshold
        return current <= self._params.upper_threshold

    def _export_best(self, epoch: int) -> None:
        if not self._trainer_params.export_best:
            return
        # the exported parameters tell the epoch that they belong to
        finished, self._trainer_params.current_epoch = self._trainer_params.current_epoch, epoch + 1
        self._scenario.export(best_path(self._trainer_params), trainer_params=self._trainer_params)
        self._trainer_params.current_epoch = max(finished, epoch + 1)
