# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-dashboard``: the runs in directories as a web page on this machine."""

import argparse
import os
from typing import TYPE_CHECKING, List, Optional

from tfaip.scripts.common import add_trust_argument, run_program
from tfaip.scripts.extrapackages import check_packages
from tfaip.util.errors import UserValueError
from tfaip.util.tfaipargparse import TFAIPArgumentParser

if TYPE_CHECKING:
    from tfaip.dashboard.actions.resuming import ResumeQueue

NEEDED_PACKAGES = ("starlette", "uvicorn", "h11")
DEFAULT_PORT = 6007
TOKEN_VARIABLE = "TFAIP_DASHBOARD_TOKEN"
_SHORTEST_TOKEN = 16


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-dashboard",
        description="Show the runs in directories as a web page: a table, curves, parameters, images, logs, code.",
        add_show=False,
    )
    parser.add_argument("directories", nargs="*", default=["."], metavar="DIR", help="runs, or directories with runs")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="name or address to listen at; any but the loopback address needs the token for everything",
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port to listen at; 0 for any that is free")
    parser.add_argument(
        "--allow_host", nargs="+", action="extend", default=[], metavar="NAME", help="further names of this server"
    )
    parser.add_argument("--private", action="store_true", help="ask for the token for reading, too")
    parser.add_argument("--read_only", action="store_true", help="do not let runs be stopped or resumed")
    parser.add_argument("--gpus", metavar="GPU", nargs="+", help="let runs be resumed, one on each of these GPUs")
    parser.add_argument(
        "--cpus", metavar="NAME", nargs="+", help="let runs be resumed, one in each of these slots: 0 1 are two"
    )
    add_trust_argument(parser)
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: A package is missing, a directory is none, or the address cannot be used.
    """
    values = create_parser().parse_args(args)
    check_packages(NEEDED_PACKAGES, "The dashboard", "dashboard")
    # imported late: they need the packages of the extra
    from tfaip.dashboard.http.access import Access
    from tfaip.dashboard.serving import Dashboard
    from tfaip.runs.reading.discovery import find_run_folders
    from tfaip.util.http.address import bind

    directories = [os.path.abspath(directory) for directory in values.directories]
    # tells what is wrong with them before anything starts
    find_run_folders(directories)
    queue = _create_queue(values)
    access = Access(values.host, values.allow_host, values.private, _own_token())
    with bind(values.host, values.port) as bound:
        dashboard = Dashboard(directories, access, not values.read_only, queue)
        return dashboard.run(bound, lambda url: print(f"Dashboard on {url}/?token={access.token}", flush=True))


def _create_queue(values: argparse.Namespace) -> "Optional[ResumeQueue]":
    if values.gpus and values.cpus:
        raise UserValueError("Either GPUs or CPUs.", where="--gpus, --cpus", hint="leave one of them out")
    if not values.gpus and not values.cpus:
        return None
    from tfaip.dashboard.actions.resuming import ResumeQueue
    from tfaip.experiments.devices.gpus import find_monitor
    from tfaip.experiments.devices.gpuslots import GpuSlots
    from tfaip.experiments.devices.slots import cpu_slots

    slots = GpuSlots(values.gpus, find_monitor()) if values.gpus else cpu_slots(values.cpus)
    return ResumeQueue(slots, values.trust)


def _own_token() -> Optional[str]:
    token = os.environ.get(TOKEN_VARIABLE)
    if token is None:
        return None
    if len(token) < _SHORTEST_TOKEN or not token.isascii() or not token.replace("-", "").replace("_", "").isalnum():
        raise UserValueError(
            "The token is no safe one.",
            where=f"environment variable {TOKEN_VARIABLE}",
            expected=f"at least {_SHORTEST_TOKEN} letters, digits, - or _",
            hint=f"leave {TOKEN_VARIABLE} out: a new token is made and printed",
        )
    return token


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
