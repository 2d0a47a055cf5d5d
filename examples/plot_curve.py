# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A picture of a value over the epochs of a run, as it stands in READMEs of the examples.

python -m examples.plot_curve models/atr cer curve.svg
"""

import math
import sys
from collections.abc import Sequence
from pathlib import Path

from tfaip.util.errors import UserValueError
from tfaip.util.file.atomic import write_text_atomically

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 280, 60, 20, 20, 44
_STYLE = 'font-family="sans-serif" font-size="12"'
_COLOURS = {"train": "#9aa7b5", "validation": "#1f5fbf"}
_TICKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

Curve = list[tuple[int, float]]


def read_curve(folder: Path, value: str) -> Curve:
    """Return the epochs (from 1) and values that a run has written for TensorBoard.

    Args:
        folder: ``train`` or ``validation`` of the run.
        value: The name, such as ``cer``.
    """
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    values: dict[int, float] = {}
    # one file for each time that the run was resumed
    for file in sorted(folder.glob("events*")):
        events = EventAccumulator(str(file), size_guidance={"tensors": 0}).Reload()
        for tag in events.Tags()["tensors"]:
            if tag in (value, f"epoch_{value}"):
                values.update(
                    {event.step + 1: float(make_ndarray(event.tensor_proto)) for event in events.Tensors(tag)}
                )
    return sorted(values.items())


def draw(curves: dict[str, Curve], value: str) -> str:
    """Return a picture of curves as SVG, with a logarithmic axis.

    Args:
        curves: The points of each curve by name.
        value: What is drawn.
    """
    points = [point for curve in curves.values() for point in curve]
    low, high = (math.log(edge(y for _, y in points if y > 0)) for edge in (min, max))
    last = max(epoch for epoch, _ in points)

    def place(epoch: float, y: float) -> tuple[float, float]:
        share = (math.log(max(y, 1e-9)) - low) / ((high - low) or 1.0)
        x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * (epoch - 1) / max(last - 1, 1)
        return x, _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * share

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" {_STYLE}>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
    ]
    for tick in _TICKS:
        if low <= math.log(tick) <= high:
            _, y = place(1, tick)
            parts.append(f'<path d="M{_LEFT},{y:.1f}H{_WIDTH - _RIGHT}" stroke="#dddddd"/>')
            parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for epoch in sorted({1, *range(max(last // 8, 1), last + 1, max(last // 8, 1))}):
        x, _ = place(epoch, 1)
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{epoch}</text>')
    parts.append(f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 8}" text-anchor="middle">{value} by epoch</text>')
    for number, (name, curve) in enumerate(curves.items()):
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in curve))
        colour = _COLOURS.get(name, "black")
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{line}"/>')
        # below, where no curve runs, whether it rises or falls
        x = _WIDTH - _RIGHT - 80 * (len(curves) - 1 - number)
        parts.append(f'<text x="{x}" y="{_HEIGHT - 8}" fill="{colour}" text-anchor="end">{name}</text>')
    return "\n".join([*parts, "</svg>\n"])


def main(args: Sequence[str]) -> None:
    """Draw the curves of training and validation.

    Args:
        args: The run, the value, the file to write.

    Raises:
        UserValueError: The run has no such value.
    """
    run, value, output = args
    curves = {part: read_curve(Path(run) / part, value) for part in ("train", "validation")}
    curves = {part: curve for part, curve in curves.items() if curve}
    if not curves:
        raise UserValueError("There is nothing to draw.", where=run, expected=f"a run with the value {value}")
    write_text_atomically(output, draw(curves, value))


if __name__ == "__main__":
    main(sys.argv[1:])
