# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A table as the XML of a worksheet."""

import re
from typing import List
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from tfaip.experiments.sheet.results import Row, Value

# XML 1.0 has no place for them
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# as spreadsheets write texts that look like their own escapes
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_WIDEST, _NARROWEST = 40, 9


def worksheet_xml(rows: List[Row], namespace: str, head_style: int) -> str:
    """Return a worksheet whose first row and column stay in view, and which is printed in landscape.

    Args:
        rows: The values.
        namespace: Of the workbook's XML.
        head_style: The number of the style of the first row.
    """
    widths = "".join(
        f'<col min="{i}" max="{i}" width="{_width(column)}" customWidth="1"/>'
        for i, column in enumerate(zip(*rows, strict=True), 1)
    )
    body = "".join(_row_xml(i, row, head_style if i == 1 else 0) for i, row in enumerate(rows, 1))
    view = (
        '<sheetViews><sheetView workbookViewId="0">'
        '<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/>'
        "</sheetView></sheetViews>"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{namespace}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>{view}<cols>{widths}</cols>'
        f'<sheetData>{body}</sheetData><pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def xml_text(text: str) -> str:
    """Return a text as the content of an element."""
    return escape(_NO_XML.sub("\ufffd", _ESCAPE.sub("_x005F_", text)))


def _row_xml(number: int, row: Row, style: int) -> str:
    cells = (_cell_xml(f"{get_column_letter(j)}{number}", value, style) for j, value in enumerate(row, 1))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell_xml(name: str, value: Value, style: int) -> str:
    attributes = f'r="{name}" s="{style}"' if style else f'r="{name}"'
    if value is None:
        return ""
    if isinstance(value, str):
        text = f'<is><t xml:space="preserve">{xml_text(value)}</t></is>'
        return f'<c {attributes} t="inlineStr">{text}</c>'
    return f"<c {attributes}><v>{value!r}</v></c>"


def _width(column: tuple) -> int:
    longest = max((len(str(value)) for value in column if value is not None), default=0)
    return min(max(longest + 2, _NARROWEST), _WIDEST)
