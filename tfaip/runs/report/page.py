# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The page of a report."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, List, Optional

from tfaip.params.diff.compare import diff_params
from tfaip.runs.compare.params import Compare, differing_params
from tfaip.runs.compare.values import names_of_values
from tfaip.runs.reading.curves import Curve, epoch_curves
from tfaip.runs.reading.run import Run
from tfaip.runs.reading.summary import RunSummary
from tfaip.runs.report.chart import Line, chart, colour_of, dash_of
from tfaip.runs.report.details import run_article
from tfaip.runs.report.markup import Markup, element, joined, table
from tfaip.runs.table.text import NOTHING, show_duration, show_number, show_share, show_time
from tfaip.version import __version__

_STYLE = Path(__file__).with_name("page.css")
# nothing is fetched, and nothing runs
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_MAX_CHARTS = 100


def report_page(runs: Sequence[RunSummary], title: Optional[str] = None, compare: Compare = diff_params) -> str:
    """Return a page about runs: a table, the parameters in which they differ, plots, and all that is known of each.

    Args:
        runs: The runs, one at least.
        title: The title of the page.
        compare: Returns where the parameters of two runs differ.

    Raises:
        UserError: The parameters are of a later version.
    """
    heading = title or (runs[0].label if len(runs) == 1 else f"{len(runs)} runs")
    body = joined(_body(runs, heading, compare))
    head = joined(
        [
            Markup('<meta charset="utf-8">'),
            Markup(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
            Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            element("title", heading),
            Markup(f"<style>{_STYLE.read_text(encoding='utf-8')}</style>"),
        ]
    )
    return f'<!DOCTYPE html>\n<html lang="en"><head>\n{head}\n</head><body>\n{body}\n</body></html>\n'


def _body(runs: Sequence[RunSummary], heading: str, compare: Compare) -> Iterator[Markup]:
    yield element("h1", heading)
    yield element("p", f"{show_time(time.time())}, tfaip {__version__}", class_="dim")
    yield _overview(runs)
    if len(runs) > 1:
        yield from _params(runs, compare)
    curves = [epoch_curves(Run(run.path).values()) for run in runs]
    yield from _charts(runs, curves)
    yield element("h2", "Details")
    for index, run in enumerate(runs):
        yield run_article(run, _named(run, index))


def _named(run: RunSummary, index: int) -> Markup:
    dash = dash_of(index)
    style = None if dash is None else "border-top-style:" + ("dashed" if dash.startswith("6") else "dotted")
    key = element("span", class_=f"key {colour_of(index)}", style=style)
    return element("span", key, run.label, class_="named")


def _overview(runs: Sequence[RunSummary]) -> Markup:
    rows: List[List[Any]] = [["run", "state", "epoch", "progress", "left", "metric", "best", "started", "updated"]]
    for index, run in enumerate(runs):
        epoch = f"{run.epoch} / {run.epochs}" if run.epochs else str(run.epoch)
        left = show_duration(run.eta_s) if run.is_active else NOTHING
        metric, best = run.primary.name if run.primary else NOTHING, show_number(run.best_or_last)
        times = [_nowrap(show_time(run.started or run.created)), _nowrap(show_time(run.updated))]
        row = [_named(run, index), run.state.value, epoch, show_share(run.progress), left, metric, best, *times]
        rows.append(row)
    return table(rows, right=(2, 3, 4, 6))


def _nowrap(text: str) -> Markup:
    return element("span", text, class_="t")


def _params(runs: Sequence[RunSummary], compare: Compare) -> Iterator[Markup]:
    yield element("h2", "Parameters that differ")
    rows = differing_params([Run(run.path).params_tree() for run in runs], compare)
    if not rows:
        yield element("p", "All parameters are the same.", class_="dim")
        return
    yield table([["parameter", *(_named(run, index) for index, run in enumerate(runs))], *_cells(rows)])


def _cells(rows: Sequence[Any]) -> Iterator[List[str]]:
    for row in rows:
        yield [row.path, *row.texts()]


def _charts(runs: Sequence[RunSummary], curves: Sequence[Mapping[str, Curve]]) -> Iterator[Markup]:
    names = names_of_values(curves, [run.primary for run in runs])
    if not names:
        return
    yield element("h2", "Values")
    if len(runs) > 1:
        yield element("p", *(part for index, run in enumerate(runs) for part in (_named(run, index), " ")))
    sections = []
    for name in names[:_MAX_CHARTS]:
        lines = [
            Line(run.label, index, found[name])
            for index, (run, found) in enumerate(zip(runs, curves, strict=True))
            if name in found and found[name].points
        ]
        sections.append(element("section", element("h3", name), chart(lines)))
    yield element("div", *sections, class_="charts")
    if len(names) > _MAX_CHARTS:
        yield element("p", f"Not drawn: {', '.join(names[_MAX_CHARTS:])}", class_="dim")
