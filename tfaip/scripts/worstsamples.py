# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The flags of ``tfaip-lav`` for the worst samples, and showing these."""

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from tfaip.scripts.outputfiles import check_folder_can_be_written
from tfaip.util.errors import UserError

if TYPE_CHECKING:
    from tfaip.lav.worst.callback import WorstSamplesCallback
    from tfaip.util.tfaipargparse import TFAIPArgumentParser


def add_worst_arguments(parser: "TFAIPArgumentParser") -> None:
    """Add ``--worst`` and what belongs to it."""
    parser.add_argument("--worst", type=int, metavar="N", help="show the N samples with the worst loss")
    parser.add_argument(
        "--worst_by", metavar="NAME", help="let --worst look at this loss, metric or value of the evaluator"
    )
    parser.add_argument(
        "--worst_order", choices=("highest", "lowest"), help="which one is the worst; needed where it is not known"
    )
    parser.add_argument(
        "--worst_dir", metavar="DIR", help="let --worst write the samples to this folder: pictures, texts and a page"
    )


def check_worst(args: argparse.Namespace) -> None:
    """Check the flags, before anything is computed.

    Raises:
        UserError: They are wrong, or the folder is not empty.
    """
    if args.worst is None:
        for flag in ("worst_by", "worst_order", "worst_dir"):
            if getattr(args, flag) is not None:
                raise UserError("The flag belongs to another one.", where=f"--{flag}", expected="--worst N, too")
    elif args.worst < 1:
        raise UserError("There are no samples to show.", where="--worst", expected="1 or more", got=str(args.worst))
    if args.worst_dir is not None:
        # imported late: the help does not need it
        from tfaip.lav.worst.files import check_new_folder

        check_folder_can_be_written(args.worst_dir, "--worst_dir")
        check_new_folder(args.worst_dir)


def create_worst(args: argparse.Namespace) -> "Optional[WorstSamplesCallback]":
    """Return what finds the worst samples, None if nobody asks for them."""
    if args.worst is None:
        return None
    from tfaip.lav.worst.callback import WorstSamplesCallback

    return WorstSamplesCallback(args.worst, args.worst_by, args.worst_order)


def about_worst(callback: "Optional[WorstSamplesCallback]") -> Dict[str, Any]:
    """Return what the file of results tells of the worst samples of the last list."""
    if callback is None or callback.criterion is None:
        return {}
    worst = [{"sample": entry.index, "values": entry.values} for entry in callback.lists[-1]]
    return {"worst_by": callback.criterion.name, "worst": worst}


def show_worst(callback: "Optional[WorstSamplesCallback]", folder: Optional[str]) -> None:
    """Print the worst samples on the error stream, and write them.

    Raises:
        UserError: They cannot be written.
    """
    if callback is None or callback.criterion is None:
        return
    from tfaip.data.pipeline.definitions import describe
    from tfaip.lav.worst.files import headline, printed_lines, title_of, write_worst
    from tfaip.util.plaintext import without_controls

    model, data = callback.model, callback.data
    assert model is not None and data is not None
    lines: List[str] = []
    for number, worst in enumerate(callback.lists):
        lines.append(title_of(callback.criterion) + (f", list {number}" if len(callback.lists) > 1 else ""))
        for rank, entry in enumerate(worst, 1):
            lines.append(f"{headline(rank, entry)}  {describe(entry.sample.meta)}")
            lines += [f"    {line}" for line in printed_lines(entry, model, data)]
        if folder is not None:
            path = os.path.join(folder, f"list_{number}") if len(callback.lists) > 1 else folder
            write_worst(path, worst, callback.criterion, model, data)
    for line in lines:
        print(without_controls(line), file=sys.stderr)
