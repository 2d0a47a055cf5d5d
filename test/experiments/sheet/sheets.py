# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Small sheets."""

import csv
import re
import zipfile

from openpyxl import Workbook

HEAD = ["USER", "RESULT", "SKIP", "SCRIPT", "ID", "CLEANUP", "PARAMS"]


def table(names, rows, head=HEAD, groups=()):
    """The cells of a sheet: the names of the parameters, then its rows."""
    front = [None] * (len(head) - 1)
    return [head, [*front, *groups], [*front, *names], *rows]


def write_workbook(path, rows):
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Plan"
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return str(path)


def write_csv(path, rows, delimiter=","):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return str(path)


def row(name, *values, script="run.py", skip=None, cleanup=None):
    return [None, None, skip, script, name, cleanup, *values]


def compute_formula(path, formula, value):
    """Put the value of a formula into a workbook, as a spreadsheet does when it saves it; openpyxl does not."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    pattern = rf"<f>{re.escape(formula)}</f><v ?/>|<f>{re.escape(formula)}</f><v></v>"
    assert any(re.search(pattern, text) for text in parts.values())
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, re.sub(pattern, f"<f>{formula}</f><v>{value}</v>", text))
