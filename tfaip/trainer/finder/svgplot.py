# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A picture of the loss by the learning rate, without a library."""

import math
from typing import List, Optional, Sequence, Tuple

from tfaip.trainer.finder.curve import LossCurve

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 400, 70, 20, 40, 50
_STYLE = 'font-family="sans-serif" font-size="12"'


def svg_of(curve: LossCurve) -> str:
    """Return the picture as SVG: the losses, their smoothed course, and the suggested rate."""
    scale = _Scale(curve)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *_axes(scale),
        _line(scale, curve.rates, curve.losses, "#bbbbbb", 1),
        _line(scale, curve.rates, curve.smooth, "#1f5fbf", 2),
        *_mark(scale, curve.suggestion()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Scale:
    """From values to places in the picture; losses that are far too large are cut."""

    def __init__(self, curve: LossCurve):
        self.x = (math.log10(curve.rates[0]), math.log10(curve.rates[-1]))
        low, high = min(curve.smooth), max(curve.smooth)
        margin = 0.1 * (high - low) or 1.0
        self.y = (low - margin, high + margin)

    def place(self, rate: float, loss: float) -> Tuple[float, float]:
        share_x = (math.log10(rate) - self.x[0]) / ((self.x[1] - self.x[0]) or 1.0)
        share_y = min(max((loss - self.y[0]) / (self.y[1] - self.y[0]), 0.0), 1.0)
        return LEFT + share_x * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - share_y * (HEIGHT - TOP - BOTTOM)


def _line(scale: _Scale, rates: Sequence[float], losses: Sequence[float], color: str, width: int) -> str:
    places = (scale.place(rate, loss) for rate, loss in zip(rates, losses, strict=True))
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline fill="none" stroke="{color}" stroke-width="{width}" points="{points}"/>'


def _axes(scale: _Scale) -> List[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = [f'<path d="M{LEFT},{TOP} V{bottom} H{right}" fill="none" stroke="black"/>']
    for power in range(math.ceil(scale.x[0]), math.floor(scale.x[1]) + 1):
        x, _ = scale.place(10.0**power, scale.y[0])
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" {_STYLE} text-anchor="middle">1e{power}</text>')
        parts.append(f'<path d="M{x:.1f},{TOP} V{bottom + 4}" stroke="#dddddd"/>')
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        loss = scale.y[0] + share * (scale.y[1] - scale.y[0])
        _, y = scale.place(10.0 ** scale.x[0], loss)
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" {_STYLE} text-anchor="end">{loss:.4g}</text>')
    middle = (LEFT + right) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 10}" {_STYLE} text-anchor="middle">learning rate</text>')
    parts.append(f'<text x="{LEFT}" y="{TOP - 14}" {_STYLE}>loss (blue: smoothed)</text>')
    return parts


def _mark(scale: _Scale, suggestion: Optional[float]) -> List[str]:
    if suggestion is None:
        return []
    x, _ = scale.place(suggestion, scale.y[0])
    return [
        f'<path d="M{x:.1f},{TOP} V{HEIGHT - BOTTOM}" stroke="#c03030" stroke-dasharray="5,4"/>',
        f'<text x="{x + 5:.1f}" y="{TOP + 12}" {_STYLE} fill="#c03030">{suggestion:.2g}</text>',
    ]
