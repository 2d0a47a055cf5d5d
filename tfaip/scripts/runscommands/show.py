# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-runs show``: print what is known of a run."""

import dataclasses
import fnmatch
import json
import shlex
from typing import Any, Dict, Iterator, List, Optional

from tfaip.params.cli.parser import TFAIPArgumentParser
from tfaip.runs.compare.sparkline import sparkline
from tfaip.runs.compare.values import names_of_values, value_row
from tfaip.runs.format.run import Git, Session
from tfaip.runs.format.values import to_json
from tfaip.runs.reading.curves import epoch_curves
from tfaip.runs.reading.params import show_value
from tfaip.runs.reading.run import Run
from tfaip.runs.reading.summary import RunSummary
from tfaip.runs.table.text import aligned, show_duration, show_number, show_share, show_time
from tfaip.util.plaintext import without_controls

_LOG_BYTES = 1 << 14


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-runs show",
        description="Print what is known of a run: state, sessions, values, code, the end of its log.",
        add_show=False,
    )
    parser.add_argument("run", metavar="RUN", help="the directory of a run")
    parser.add_argument(
        "--params",
        metavar="PATTERN",
        nargs="?",
        const="*",
        help="the parameters, too; of those with this in their path",
    )
    parser.add_argument("--packages", action="store_true", help="the versions of all packages, too")
    parser.add_argument("--patch", action="store_true", help="the changes since the commit, too")
    parser.add_argument("--log", metavar="N", type=int, default=5, help="so many lines of the log (default: 5)")
    parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON for programs")
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the command.

    Raises:
        UserError: There is no such run.
    """
    options = create_parser().parse_args(args)
    run = Run.open(options.run)
    summary = run.summary()
    if options.as_json:
        print(json.dumps(to_json(_to_json(run, summary)), indent=1, allow_nan=False, default=str))
        return 0
    blocks = [_facts(summary), *_sessions(run), _values(run, summary), _files(run)]
    if options.params is not None:
        blocks.append(_params(run, options.params))
    if options.packages:
        blocks.append([f"{name}=={version}" for name, version in run.code().packages().items()])
    if options.patch:
        blocks.append(run.code().patch().splitlines())
    blocks.append(run.log(-_LOG_BYTES, _LOG_BYTES).text.splitlines()[-options.log :] if options.log > 0 else [])
    print("\n\n".join("\n".join(map(without_controls, block)) for block in blocks if block))
    return 0


def _facts(run: RunSummary) -> List[str]:
    epochs = f"{run.epoch}/{run.epochs} epochs" if run.epochs else f"{run.epoch} epochs"
    facts = {
        "run": run.path,
        "id": run.id,
        "scenario": run.scenario,
        "state": f"{run.state.value}{f' ({run.phase})' if run.phase and run.is_active else ''}",
        "progress": f"{epochs}, {show_share(run.progress)}" if run.progress is not None else epochs,
        "left": show_duration(run.eta_s) if run.is_active and run.eta_s is not None else "",
        "best": f"{run.best.name} {show_number(run.best.value)}{_in_epoch(run.best.epoch)}" if run.best else "",
        "created": show_time(run.created),
        "updated": show_time(run.updated),
        "exit code": "" if run.exit_code is None else str(run.exit_code),
        "error": f"{run.error.message} {run.error.where}".strip() if run.error else "",
        "tags": ", ".join(run.tags),
        "note": run.note,
        "problems": "; ".join(run.problems),
    }
    return aligned([[name, text] for name, text in facts.items() if text])


def _in_epoch(epoch: Optional[int]) -> str:
    return "" if epoch is None else f" (epoch {epoch})"


def _sessions(run: Run) -> Iterator[List[str]]:
    for number, session in enumerate(run.info().sessions, start=1):
        yield aligned([[name, text] for name, text in _facts_of_session(number, session).items() if text])


def _facts_of_session(number: int, session: Session) -> Dict[str, str]:
    resumed = f", resumed after epoch {session.resumed_epoch:g}" if session.resumed_epoch is not None else ""
    packages = {"python": session.python, **session.packages}
    return {
        "session": f"{number}, {show_time(session.started)}{resumed}",
        "command": shlex.join(session.command),
        "in": session.cwd,
        "machine": " ".join(filter(None, [f"{session.user}@" if session.user else "", session.host])).replace(
            "@ ", "@"
        ),
        "devices": ", ".join(session.devices),
        "seed": "" if session.seed is None else str(session.seed),
        "versions": ", ".join(f"{name} {version}" for name, version in packages.items() if version),
        "commit": _commit(session.git) if session.git else "",
        "code": session.code or "",
    }


def _commit(git: Git) -> str:
    branch = f" on {git.branch}" if git.branch else ""
    return f"{git.commit}{branch}{', with changes' if git.dirty else ''}"


def _values(run: Run, summary: RunSummary) -> List[str]:
    curves = epoch_curves(run.values())
    rows = [["value", "curve", "last", "least", "largest"]]
    for name in names_of_values([curves], [summary.primary]):
        row = value_row(curves[name])
        extremes = [show_number(point.value if point else None) for point in (row.least, row.largest)]
        rows.append([name, sparkline(row.curve.values), show_number(row.last.value), *extremes])
    return aligned(rows, right=(2, 3, 4)) if len(rows) > 1 else []


def _files(run: Run) -> List[str]:
    lines = []
    code = run.code()
    if code.folder is not None:
        left_out = len(code.manifest.left_out)
        lines.append(
            f"{code.folder}: {len(code.manifest.files)} files" + (f", {left_out} left out" if left_out else "")
        )
    if code.patch():
        lines.append(f"{len(code.patch().splitlines())} lines of changes since the commit (--patch)")
    lines += [f"images/{tag}: {len(steps)} pictures" for tag, steps in run.images().items()]
    return lines


def _params(run: Run, pattern: str) -> List[str]:
    params = run.params()
    wanted = [path for path in params if fnmatch.fnmatch(path, pattern) or pattern in path]
    return (
        aligned([[path, show_value(params[path])] for path in wanted]) if wanted else [f"No parameter has {pattern}."]
    )


def _to_json(run: Run, summary: RunSummary) -> Dict[str, Any]:
    code = run.code()
    return {
        **summary.to_json(),
        "sessions": [dataclasses.asdict(session) for session in run.info().sessions],
        "params": run.params(),
        "images": run.images(),
        "code": {"folder": code.folder, **dataclasses.asdict(code.manifest), "patch": code.patch()},
        "packages": code.packages(),
    }
