# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How often checkpoints are written."""

import re
from dataclasses import dataclass
from typing import Union

from tfaip.util.errors import UserValueError

_PATTERN = re.compile(r"^\s*(\d+)\s*(epochs?|steps?|min|minutes?)?\s*$")


@dataclass(frozen=True)
class SaveFrequency:
    """How often checkpoints are written. Those within an epoch come in addition to the one after each epoch.

    Args:
        epochs: After how many epochs, 0 for never.
        steps: After how many steps within an epoch, 0 for never.
        seconds: After how many seconds within an epoch, 0 for never.
    """

    epochs: int = 1
    steps: int = 0
    seconds: float = 0.0

    @staticmethod
    def of(value: Union[str, int]) -> "SaveFrequency":
        """Return the frequency that a parameter means.

        Args:
            value: ``"epoch"``, a number of epochs, or a number with a unit: epochs, steps, min. 0 for never.

        Raises:
            UserValueError: It is something else.
        """
        if value == "epoch":
            return SaveFrequency()
        match = None
        if isinstance(value, str):
            match = _PATTERN.match(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            return SaveFrequency(epochs=max(0, value))
        if match is None:
            raise UserValueError(
                "The frequency of the checkpoints is not understood.",
                where="trainer.checkpoint_save_freq",
                expected="epoch, a number of epochs, or a number with a unit: '2 epochs', '100 steps', '10 min'; "
                "0 for never",
                got=repr(value),
            )
        number, unit = int(match.group(1)), match.group(2) or "epochs"
        if number == 0 or unit.startswith("epoch"):
            return SaveFrequency(epochs=number)
        return SaveFrequency(steps=number) if unit.startswith("step") else SaveFrequency(seconds=60.0 * number)

    @property
    def writes_any(self) -> bool:
        """Whether any checkpoints are written."""
        return self != SaveFrequency(epochs=0)

    def is_due_after(self, epochs: int) -> bool:
        """Return whether to write a checkpoint after this number of epochs."""
        return self.epochs > 0 and epochs % self.epochs == 0

    def is_due(self, steps: int, seconds: float) -> bool:
        """Return whether to write a checkpoint within an epoch.

        Args:
            steps: Number of steps since the last checkpoint.
            seconds: Time since the last checkpoint.
        """
        return 0 < self.steps <= steps or 0 < self.seconds <= seconds
