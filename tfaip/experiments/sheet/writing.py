# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes results back: into the workbook of the sheet, or beside it if somebody has that open."""

import csv
import io
import os
import stat
from typing import Optional

from tfaip.experiments.sheet.grid import CSV_ENDING
from tfaip.experiments.sheet.results import Results
from tfaip.experiments.sheet.workbook import add_sheet
from tfaip.util.file.atomic import write_bytes_atomically, write_text_atomically
from tfaip.util.logging import logger

log = logger(__name__)


def write_results(sheet: str, results: Results) -> str:
    """Write a table of results.

    A workbook gets one more sheet. If another program has it open, which would overwrite it, or it cannot be written
    to, a copy gets it. Beside a file of comma-separated values another one is written.

    Args:
        sheet: The file of the sheet.
        results: The table.

    Returns:
        The file that was written.

    Raises:
        UserError: The file is no workbook.
        OSError: It cannot be written.
    """
    base, ending = os.path.splitext(sheet)
    if ending.lower() == CSV_ENDING:
        path = _free(f"{base} {results.title}", ending)
        write_text_atomically(path, _csv_text(results))
        return path
    target = os.path.realpath(sheet)
    with open(target, "rb") as file:
        content = add_sheet(file.read(), results)
    reason = _why_not(sheet, target)
    if reason is None:
        mode = stat.S_IMODE(os.stat(target).st_mode)
        write_bytes_atomically(target, content)
        os.chmod(target, mode)
        return sheet
    path = _free(f"{base}.results", ending)
    write_bytes_atomically(path, content)
    log.warning("%s %s: the results are in a copy, %s.", sheet, reason, path)
    return path


def _why_not(sheet: str, target: str) -> Optional[str]:
    """Return why a workbook is not written to, None if it can be."""
    for path in {sheet, target}:
        folder, name = os.path.split(path)
        # the files by which LibreOffice and Excel tell that they have it open
        for lock in (f".~lock.{name}#", f"~${name}", f"~${name[2:]}"):
            if os.path.lexists(os.path.join(folder, lock)):
                return f"is open in another program (or was when that crashed: {lock})"
    return None if os.access(target, os.W_OK) else "cannot be written to"


def _free(base: str, ending: str) -> str:
    path, number = base + ending, 2
    while os.path.lexists(path):
        path, number = f"{base}-{number}{ending}", number + 1
    return path


def _csv_text(results: Results) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(["" if value is None else value for value in row] for row in results.rows)
    return text.getvalue()
