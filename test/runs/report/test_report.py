# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The report is one page that holds all plots, fetches nothing, and shows what files say without obeying it."""

import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from test.runs.writing import PNG, write_code, write_metrics, write_params, write_record
from tfaip.runs.format.metrics import Level, Values
from tfaip.runs.format.run import read_run, write_run
from tfaip.runs.format.status import RunError, State
from tfaip.runs.reading.curves import Curve, Point
from tfaip.runs.reading.finding import find_runs
from tfaip.runs.report.chart import Line, chart
from tfaip.runs.report.page import report_page
from tfaip.runs.report.ticks import axis_of

EVIL = "</td></script><script>alert(1)</script><img src=http://x onerror=y>\"'\x1b[31m"
VOID = {"meta", "img", "link", "br"}


class Reader(HTMLParser):
    """Checks that what is opened is closed, and collects elements and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data if "style" not in self.open else ""


def page_of(folder: Path) -> Reader:
    return Reader(report_page(find_runs([str(folder)], with_index=False)))


def test_all_that_is_known_of_runs_is_on_the_page(tmp_path: Path) -> None:
    for name in ("a", "b"):
        run = write_record(tmp_path / name, State.FAILED, error=RunError("it broke", "there"))
        write_code(run, {"model.py": "x"})
        write_params(run, learning_rate__lr=0.1 if name == "a" else 0.25)
        (run / "code" / "1" / "diff.patch").write_text("+changed")
        (run / "images" / "grid").mkdir(parents=True)
        (run / "images" / "grid" / "7.png").write_bytes(PNG)
    page = page_of(tmp_path)
    for text in ("2 runs", "val_acc", "it broke", "learning_rate.lr", "0.25", "model.py", "+changed", "grid, step 7"):
        assert text in page.text
    assert "INFO: it ended" in page.text and "tfaip-train pkg" in page.text
    charts = [attributes["aria-label"] for tag, attributes in page.tags if tag == "svg"]
    assert charts == ["val_acc", "loss"]
    assert len([tag for tag, _ in page.tags if tag == "polyline"]) == 4


def test_nothing_is_fetched_and_nothing_runs(tmp_path: Path) -> None:
    run = write_record(tmp_path / "a")
    (run / "images" / "grid").mkdir(parents=True)
    (run / "images" / "grid" / "7.png").write_bytes(PNG)
    page = page_of(tmp_path)
    policy = next(attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and policy.startswith("default-src 'none'")
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "iframe", "object") and "href" not in attributes
        assert (attributes.get("src") or "data:").startswith("data:")


def test_what_files_say_is_shown_not_obeyed(tmp_path: Path) -> None:
    run = write_record(tmp_path / EVIL.replace("/", "|")[:100], State.FAILED, error=RunError(EVIL), last={EVIL: 1.0})
    info = read_run(str(run))
    assert info is not None
    info.note, info.tags, info.sessions[0].command, info.sessions[0].host = EVIL, [EVIL], [EVIL], EVIL
    write_run(str(run), info)
    write_metrics(run, [Values(1.0, 1, 1.0, m={EVIL: 2.0})])
    write_params(run, optimizer={EVIL: EVIL, "__cls__": EVIL})
    write_code(run, {"a": "x"})
    (run / "code" / "1" / "diff.patch").write_text(EVIL)
    (run / "train.log").write_text(EVIL)
    text = report_page(find_runs([str(tmp_path)], with_index=False), title=EVIL)
    tags = {tag for tag, _ in Reader(text).tags}
    assert "script" not in tags and "img" not in tags and "\x1b" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def curve(*values: float) -> Curve:
    return Curve("x", "train", Level.EPOCH, [Point(i, float(i), 0.0, value) for i, value in enumerate(values)])


@pytest.mark.parametrize(
    "values",
    [
        *[
            [1.0],
            [0.0, 0.0],
            [math.nan, 1.0, math.inf, 2.0, -math.inf],
            [1e-300, 1e300],
            [-1e308, 1e308],
            [1e-320, 1.0],
        ],
        *[[5e-324], [1.0, 1.0 + 2e-16], [-3.0, -1e-9], list(map(float, range(100_000)))],
    ],
)
def test_whatever_values_are_drawn_within_the_picture(values: list[float]) -> None:
    picture = chart([Line("a", 0, curve(*values)), Line("b", 17, curve(2.0, 1.0))])
    Reader(picture)
    numbers = [float(text) for text in re.findall(r' (?:cx|cy|x|y|x1|y1|x2|y2)="([^"]*)"', picture)]
    pairs = " ".join(re.findall(r'points="([^"]*)"', picture)).replace(",", " ").split()
    assert all(-20 <= number <= 520 for number in [*numbers, *map(float, pairs)])
    assert len(pairs) < 2500 and len(picture) < 200_000


def test_a_curve_without_numbers_is_told() -> None:
    assert "No value is a number" in chart([Line("a", 0, curve(math.nan))])


def test_a_curve_has_gaps_where_it_has_no_numbers() -> None:
    assert chart([Line("a", 0, curve(1.0, 2.0, math.nan, 3.0, 4.0, math.inf, 5.0))]).count("<polyline") == 2


def test_marks_of_axes() -> None:
    assert axis_of([0.0, 1.0]).ticks == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axis = axis_of([0.001, 10.0], may_be_log=True)
    assert axis.is_log and axis.ticks == pytest.approx([0.001, 0.01, 0.1, 1.0, 10.0]) and axis.place(0.1) == 0.5
    assert not axis_of([0.0, 1000.0], may_be_log=True).is_log
