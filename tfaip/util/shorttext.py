# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Numbers as short texts."""

import math
from typing import Optional


def duration(seconds: Optional[float]) -> str:
    """Return a duration as ``0:05``, ``2:03:04`` or ``1d 02:03:04``; ``?`` if it is not known."""
    if seconds is None or not math.isfinite(seconds):
        return "?"
    total = max(0, round(seconds))
    days, rest = divmod(total, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    if days:
        return f"{days}d {hours:02d}:{minutes:02d}:{rest:02d}"
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def number(value: float) -> str:
    """Return a value with four digits behind the point, or by its exponent where these would say nothing."""
    if value == 0 or not math.isfinite(value) or 1e-3 <= abs(value) < 1e6:
        return f"{value:.4f}"
    return f"{value:.3e}"


def change(difference: float) -> str:
    """Return a difference with its sign."""
    text = f"{difference:.4f}" if 5e-5 <= abs(difference) < 1e6 else number(difference)
    return text if text.startswith("-") else f"+{text}"


def rate(samples_per_second: float) -> str:
    """Return a speed in samples per second."""
    return f"{samples_per_second:,.0f}/s" if samples_per_second >= 10 else f"{samples_per_second:.2f}/s"


def share(value: float) -> str:
    """Return a share of 1 in percent."""
    return f"{100 * value:.0f} %"
