# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How many steps to run in one call of the training function."""

import time
from typing import List, Optional

import keras

TARGET_SECONDS = 0.1
MAX_STEPS = 200
BATCH_HOOKS = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")


def wants_every_step(callback: keras.callbacks.Callback) -> bool:
    """Tell whether a callback has hooks for batches and does not say ``supports_steps_per_call = True``."""
    if getattr(callback, "supports_steps_per_call", False):
        return False
    return any(getattr(type(callback), hook) is not getattr(keras.callbacks.Callback, hook) for hook in BATCH_HOOKS)


class StepsPerCall:
    """Choose the number of steps of each call: one if a callback wants every step, else about a tenth of a second.

    Args:
        callbacks: The callbacks of the training.
    """

    def __init__(self, callbacks: List[keras.callbacks.Callback]):
        self._callbacks = callbacks
        self.fixed = any(wants_every_step(callback) for callback in callbacks)
        self.steps = 1
        self._started: Optional[float] = None
        self._calls = 0

    def next(self, remaining: int) -> int:
        """Return the number of steps of the next call, at most ``remaining``, and start to measure it.

        A callback that has to be called after a certain step tells so by its method ``steps_until_due``.
        """
        self._started = time.perf_counter()
        bounds = [callback.steps_until_due() for callback in self._callbacks if hasattr(callback, "steps_until_due")]
        return max(1, min([self.steps, remaining, *(bound for bound in bounds if bound is not None)]))

    def finished(self, steps: int) -> None:
        """Learn from the call that just ended; the first one is not counted, it builds the graph."""
        assert self._started is not None
        duration = time.perf_counter() - self._started
        self._calls += 1
        if self.fixed or self._calls == 1 or steps < self.steps:
            return
        wanted = int(self.steps * TARGET_SECONDS / max(duration, 1e-6))
        self.steps = max(1, min(wanted, self.steps * 4, MAX_STEPS))
