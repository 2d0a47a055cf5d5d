# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Looking after each call of the training function whether its steps were finite."""

from typing import Any, Dict, Optional

import keras

from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.data.pipeline.position import Position
from tfaip.model.updates.finite import FiniteCheck, NonFinite
from tfaip.trainer.nonfinite.policy import NonFinitePolicy
from tfaip.trainer.nonfinite.samples import describe_samples
from tfaip.util.errors import UserError
from tfaip.util.logging import logger

log = logger(__name__)

# making a batch again takes time
DESCRIBED = 3


class NonFiniteError(UserError):
    """A loss or a gradient is infinite or not a number."""


class NumbersGuard(keras.callbacks.Callback):
    """Tells of steps that are not finite: by an error, or by warnings if they are skipped.

    It is a callback so that the number of skipped steps is part of a checkpoint.

    Args:
        finite_check: What the steps found.
        policy: What to do then.

    Attributes:
        skipped_steps: How many steps were skipped.
    """

    supports_steps_per_call = True

    def __init__(self, finite_check: FiniteCheck, policy: NonFinitePolicy):
        super().__init__()
        self._finite_check = finite_check
        self._policy = policy
        self._described = 0
        self.skipped_steps = 0

    def get_state(self) -> Dict[str, Any]:
        """Return what a resumed run needs."""
        return {"skipped_steps": self.skipped_steps}

    def set_state(self, state: Dict[str, Any]) -> None:
        """Go on with what :meth:`get_state` has returned."""
        self.skipped_steps = int(state["skipped_steps"])

    def look(self, pipeline: DataPipeline, start: Optional[Position], step: int, first_step: int, epoch: int) -> None:
        """Look at the steps since the last call.

        Args:
            pipeline: The training pipeline.
            start: Where the data of these steps begin, None if that is not known.
            step: The number of their first one.
            first_step: The number of the first step of the epoch.
            epoch: The number of the epoch.

        Raises:
            NonFiniteError: One was not finite, and such steps are not skipped.
        """
        found = self._finite_check.take()
        if found is None:
            return
        if self._policy is not NonFinitePolicy.SKIP:
            raise self._error(found, describe_samples(pipeline, start, found.step - step), first_step, epoch)
        self.skipped_steps += found.count
        self._described += 1
        samples = ""
        if self._described <= DESCRIBED:
            samples = f" Samples: {describe_samples(pipeline, start, found.step - step)}."
        log.warning(
            "%s: %s.%s %d skipped so far.",
            f"{found.count} steps are skipped" if found.count > 1 else "A step is skipped",
            f"{_place(found, first_step, epoch)}: {found.describe()}",
            samples,
            self.skipped_steps,
        )

    def check_epoch(self, n_samples: float, epoch: int) -> None:
        """Refuse an epoch that has trained nothing.

        Args:
            n_samples: The number of samples that it was trained on.
            epoch: The number of the epoch.

        Raises:
            NonFiniteError: All of its steps were skipped.
        """
        if n_samples == 0 and self.skipped_steps:
            raise NonFiniteError(
                "All steps of an epoch were skipped, since no loss or gradient was finite.",
                where=f"epoch {epoch + 1}",
                expected="a step that can be trained",
                got=f"{self.skipped_steps} skipped steps",
                hint=_HINT,
            )

    def _error(self, found: NonFinite, samples: str, first_step: int, epoch: int) -> NonFiniteError:
        return NonFiniteError(
            "A loss or gradient is infinite or not a number.",
            where=_place(found, first_step, epoch),
            expected="finite numbers",
            got=f"{found.describe()}\nsamples: {samples}",
            hint=f"{_HINT} --trainer.non_finite skip leaves such steps out, restore goes back to the last checkpoint "
            "with a smaller learning rate.",
        )


_HINT = "a smaller --learning_rate.lr, or --optimizer.global_clip_norm; look at the samples."


def _place(found: NonFinite, first_step: int, epoch: int) -> str:
    return f"step {found.step - first_step + 1} of epoch {epoch + 1}"
