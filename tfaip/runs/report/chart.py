# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Curves of several runs as a picture in SVG."""

import math
from collections.abc import Sequence
from typing import Iterator, List, NamedTuple

from tfaip.runs.compare.thinning import with_extremes
from tfaip.runs.format.metrics import Level
from tfaip.runs.reading.curves import Curve, Point
from tfaip.runs.report.markup import Markup, element
from tfaip.runs.report.ticks import Axis, axis_of
from tfaip.util.shorttext import number

WIDTH, HEIGHT = 440, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 12, 40
_MAX_POINTS = 400
_MAX_MARKS = 60
COLOURS = 8
_DASHES = (None, "6 3", "2 3")


class Line(NamedTuple):
    """A curve of a chart: that of one run.

    Attributes:
        run: The name of the run.
        number: The number of the run, which tells its colour.
        curve: The values.
    """

    run: str
    number: int
    curve: Curve


def chart(lines: Sequence[Line]) -> Markup:
    """Return the picture of the values of one name in several runs."""
    by_epoch = all(line.curve.level is Level.EPOCH for line in lines)
    kept = [with_extremes(line.curve.points, _MAX_POINTS) for line in lines]
    finite = [point.value for points in kept for point in points if math.isfinite(point.value)]
    if not finite:
        return element("p", "No value is a number.", class_="none")
    x_axis = axis_of([_x(point, by_epoch) for points in kept for point in points], 6)
    plot = _Plot(x_axis, axis_of(finite, may_be_log=True), by_epoch)
    parts = list(plot.frame("epoch" if by_epoch else "step"))
    for line, points in zip(lines, kept, strict=True):
        parts += plot.curve(line, points)
    name = lines[0].curve.name
    return element(
        "svg", *parts, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=name, xmlns="http://www.w3.org/2000/svg"
    )


def dash_of(index: int) -> "str | None":
    """Return the pattern of the line of a run: the colours come again with another one."""
    return _DASHES[index // COLOURS % len(_DASHES)]


def colour_of(index: int) -> str:
    """Return the class of the colour of a run."""
    return f"c{index % COLOURS}"


def _x(point: Point, by_epoch: bool) -> float:
    return point.epoch if by_epoch else float(point.step)


class _Plot:
    """Places values on the picture.

    Args:
        x_axis: The axis of epochs or steps.
        y_axis: The axis of values.
        by_epoch: Whether the first is of epochs.
    """

    def __init__(self, x_axis: Axis, y_axis: Axis, by_epoch: bool):
        self._x_axis, self._y_axis, self._by_epoch = x_axis, y_axis, by_epoch

    def _left(self, x: float) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * self._x_axis.place(x), 1)

    def _top(self, y: float) -> float:
        return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - self._y_axis.place(y)), 1)

    def frame(self, name: str) -> Iterator[Markup]:
        """Yield the lines and marks of the axes."""
        right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM
        for tick in self._y_axis.ticks:
            top = self._top(tick)
            yield element("line", x1=_LEFT, x2=right, y1=top, y2=top, class_="grid")
            yield element("text", f"{tick:.4g}", x=_LEFT - 6, y=top + 4, class_="y")
        for tick in self._x_axis.ticks:
            left = self._left(tick)
            yield element("line", x1=left, x2=left, y1=bottom, y2=bottom + 4, class_="grid")
            yield element("text", f"{tick:.6g}", x=left, y=bottom + 17, class_="x")
        yield element("text", name, x=(_LEFT + right) / 2, y=HEIGHT - 6, class_="x")
        if self._y_axis.is_log:
            yield element("text", "log", x=_LEFT - 6, y=HEIGHT - 6, class_="y")

    def curve(self, line: Line, points: Sequence[Point]) -> Iterator[Markup]:
        """Yield the line of a run with its marks; where there are no numbers it has gaps."""
        title = element("title", line.run)
        colour, dash = colour_of(line.number), dash_of(line.number)
        for part in _finite_parts(points):
            places = [(self._left(_x(point, self._by_epoch)), self._top(point.value)) for point in part]
            if len(part) > 1:
                text = " ".join(f"{left},{top}" for left, top in places)
                yield element("polyline", title, points=text, class_=f"curve {colour}", stroke_dasharray=dash)
            if len(part) == 1 or len(points) <= _MAX_MARKS:
                for point, (left, top) in zip(part, places, strict=True):
                    yield element(
                        "circle",
                        element("title", self._told(line, point)),
                        cx=left,
                        cy=top,
                        r=2.5,
                        class_=f"mark {colour}",
                    )

    def _told(self, line: Line, point: Point) -> str:
        place = f"epoch {point.epoch:g}" if self._by_epoch else f"step {point.step}"
        return f"{line.run}, {place}: {number(point.value)}"


def _finite_parts(points: Sequence[Point]) -> Iterator[List[Point]]:
    part: List[Point] = []
    for point in points:
        if math.isfinite(point.value):
            part.append(point)
        elif part:
            yield part
            part = []
    if part:
        yield part
