# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The loss by the learning rate, and what it says about a good rate."""

import math
from dataclasses import dataclass, field
from typing import List, Optional

import numpy as np

SMOOTHING = 0.9
# a loss of so many times the best one ends the search
DIVERGED = 4.0
# the first points are smoothed over few values only
_LEFT_OUT = 5
# how far on both sides the losses say where they fall
_DECADES = 1.0


@dataclass
class LossCurve:
    """Losses of updates with growing learning rates.

    Attributes:
        rates: The learning rate of each update.
        losses: The loss of its batch, before the update.
        smooth: The losses, smoothed.
    """

    rates: List[float] = field(default_factory=list)
    losses: List[float] = field(default_factory=list)
    smooth: List[float] = field(default_factory=list)
    _sum: float = 0.0

    def add(self, rate: float, loss: float) -> bool:
        """Add an update; return whether to go on: not if the loss has become too large or no number."""
        if not math.isfinite(loss):
            return False
        self._sum = SMOOTHING * self._sum + (1 - SMOOTHING) * loss
        self.rates.append(rate)
        self.losses.append(loss)
        self.smooth.append(self._sum / (1 - SMOOTHING ** len(self.rates)))
        if len(self.smooth) <= _LEFT_OUT:
            return True
        best = min(self.smooth)
        # losses may be negative: relative to the way that the loss has come down
        limit = DIVERGED * best if best > 0 else best + DIVERGED * max(abs(best), self.smooth[0] - best)
        return self.smooth[-1] <= max(limit, self.smooth[0] + (self.smooth[0] - best))

    def suggestion(self) -> Optional[float]:
        """Return the rate at which the loss falls fastest; None if it does not fall more than chance may have it.

        The slope at a rate is that of a straight line through the losses within a factor of ten on both sides: losses
        of single batches differ too much for less.
        """
        if len(self.smooth) < 2 * _LEFT_OUT:
            return None
        lowest = int(np.argmin(self.smooth))
        first = np.array(self.losses[: 2 * _LEFT_OUT])
        noise = float(first.std()) / math.sqrt(len(first))
        if first.mean() - self.smooth[lowest] <= max(2 * noise, 1e-3 * abs(float(first.mean()))):
            return None
        rates, losses = np.log10(self.rates[: lowest + 1]), np.array(self.losses[: lowest + 1])
        # beyond a tenth of the rate with the lowest loss it is about to diverge
        slopes = [_slope_at(place, rates, losses) for place in rates if place <= rates[-1] - _DECADES]
        return self.rates[int(np.argmin(slopes))] if min(slopes, default=0.0) < 0 else None


def _slope_at(place: float, rates: np.ndarray, losses: np.ndarray) -> float:
    near = np.abs(rates - place) <= _DECADES
    if near.sum() < _LEFT_OUT or rates[near].max() - rates[near].min() < _DECADES:
        return 0.0
    x = rates[near] - rates[near].mean()
    return float((x * losses[near]).sum() / (x * x).sum())
