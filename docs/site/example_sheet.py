# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Makes the example of a sheet for ``tfaip-experimenter``: ``python -m docs.site.example_sheet FILE.xlsx``."""

import sys
from typing import List

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

GROUPS = ["trainer", None, None, "train", None, "val", "train_val", "default", "optimizer", "learning_rate", "model"]
NAMES = [
    "epochs", "samples_per_epoch", "output_dir", "batch_size", "num_processes", "limit", "dataset", "optimizer",
    "global_clip_norm", "lr", "n_classes", "graph",
]  # fmt: skip
SCENARIO = "tfaip-train examples.tutorial.full"
SETTINGS = [
    ["the baseline", None, 1, 2, 1000, "experiments/mlp", 1000, "RMSprop", 0, "MLPGraph"],
    ["more of the picture", None, 2, 2, 1000, "experiments/conv", 1000, "Adamax", None, "ConvGraph"],
    ["later", "x", 3, 20, None, "experiments/long", None, "Adam", None, "ConvGraph"],
]
HEAD = ["USER", "RESULT", "SKIP", "SCRIPT", "ID", "CLEANUP", "PARAMS"]
_HEAD_COLOR = "DDE7F3"


def rows() -> List[List[object]]:
    """Return the cells of the sheet."""
    front: List[object] = [None] * (len(HEAD) - 1)
    return [[*HEAD], [*front, *GROUPS], [*front, *NAMES], *map(_row, SETTINGS)]


def _row(settings: List[object]) -> List[object]:
    user, skip, name, epochs, samples, output_dir, limit, optimizer, clip_norm, graph = settings
    front = [user, None, skip, SCENARIO, name, None]
    return [*front, epochs, samples, output_dir, 16, 2, limit, "mnist", optimizer, clip_norm, 0.001, 10, graph]


def main(filename: str) -> None:
    """Write the example.

    Args:
        filename: The file.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Experiments"
    for row in rows():
        sheet.append(row)
    _format(sheet)
    book.save(filename)


def _format(sheet: Worksheet) -> None:
    for cells in sheet.iter_rows(max_row=3):
        for cell in cells:
            cell.font, cell.fill = Font(name="Calibri", size=11, bold=True), PatternFill("solid", fgColor=_HEAD_COLOR)
            cell.alignment = Alignment(horizontal="left")
    for number, cells in enumerate(sheet.iter_cols(values_only=True), 1):
        longest = max(len(str(value)) for value in cells if value is not None)
        sheet.column_dimensions[get_column_letter(number)].width = longest + 3
    sheet.freeze_panes = "F4"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


if __name__ == "__main__":
    main(sys.argv[1])
