# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The part of the page that is about one run."""

import base64
import shlex
from collections.abc import Iterator, Sequence
from typing import Any, Dict, List

from tfaip.runs.format.run import Session
from tfaip.runs.reading.params import show_value
from tfaip.runs.reading.run import Run
from tfaip.runs.reading.summary import RunSummary
from tfaip.runs.report.markup import Markup, element, folded, joined, preformatted, table
from tfaip.runs.table.text import NOTHING, show_number, show_time

_LOG_BYTES = 1 << 15
_MAX_PATCH_CHARACTERS = 1 << 19
_MAX_PICTURES = 24
_MAX_PICTURE_BYTES = 2 << 20


def run_article(summary: RunSummary, title: Markup) -> Markup:
    """Return all that is told of a run beside the plots.

    Args:
        summary: The run.
        title: Its title.
    """
    run = Run(summary.path)
    parts: List[Any] = [element("h3", title), *_facts(summary)]
    parts += [_pictures(run), *_sessions(run)]
    params = run.params()
    if params:
        rows = [["parameter", "value"], *([path, show_value(value)] for path, value in params.items())]
        parts.append(folded(f"{len(params)} parameters", table(rows)))
    parts += _code(run)
    log = run.log(-_LOG_BYTES, _LOG_BYTES).text
    if log:
        parts.append(folded("End of the log", preformatted(log)))
    return element("article", joined(part for part in parts if part))


def _facts(summary: RunSummary) -> Iterator[Markup]:
    yield element("p", summary.path, class_="dim")
    if summary.note:
        yield element("p", summary.note)
    if summary.tags:
        yield element("p", "Tags: ", ", ".join(summary.tags))
    if summary.error:
        yield element("p", "Error: ", summary.error.message, " ", summary.error.where)
    if summary.problems:
        yield element("p", "; ".join(summary.problems), class_="dim")
    if summary.last:
        yield table(
            [["value", "last"], *([name, show_number(value)] for name, value in summary.last.items())], right=(1,)
        )


def _sessions(run: Run) -> Iterator[Markup]:
    sessions = run.info().sessions
    if sessions:
        rows = [["started", "command", "machine", "commit", "versions"], *map(_session, sessions)]
        yield folded(f"{len(sessions)} session{'s' if len(sessions) > 1 else ''}", table(rows))


def _session(session: Session) -> List[str]:
    git = session.git
    commit = f"{git.commit[:12]}{' with changes' if git.dirty else ''}" if git and git.commit else NOTHING
    versions: Dict[str, str] = {"python": session.python, **session.packages}
    told = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    return [show_time(session.started), shlex.join(session.command), session.host or NOTHING, commit, told or NOTHING]


def _code(run: Run) -> Iterator[Markup]:
    code = run.code()
    files = sorted(code.manifest.files.items())
    if files:
        rows = [["file", "bytes"], *([path, str(file.size)] for path, file in files)]
        yield folded(f"{len(files)} files of code", table(rows, right=(1,)))
    patch = code.patch()
    if patch:
        cut = "\n(cut off)" if len(patch) > _MAX_PATCH_CHARACTERS else ""
        yield folded("Changes since the commit", preformatted(patch[:_MAX_PATCH_CHARACTERS] + cut))
    packages = code.packages()
    if packages:
        text = "\n".join(f"{name}=={version}" for name, version in packages.items())
        yield folded(f"{len(packages)} packages", preformatted(text))


def _pictures(run: Run) -> Markup:
    images = run.images()
    figures = [_figure(run, tag, steps) for tag, steps in list(images.items())[:_MAX_PICTURES]]
    shown = [figure for figure in figures if figure]
    return element("div", *shown, class_="pictures") if shown else Markup("")


def _figure(run: Run, tag: str, steps: Sequence[int]) -> Markup:
    """Return the newest picture of a tag that is not too large."""
    content = run.image(tag, steps[-1])
    if content is None or len(content) > _MAX_PICTURE_BYTES:
        return Markup("")
    source = f"data:image/png;base64,{base64.b64encode(content).decode('ascii')}"
    picture = Markup(f'<img src="{source}" alt="">')
    return element("figure", picture, element("figcaption", f"{tag}, step {steps[-1]}"))
