# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Adds a sheet to a workbook and leaves everything else in it as it is, to the byte.

A workbook (.xlsx) is a ZIP archive of XML files. Libraries that read one and write it again lose what they do not know
(charts, pictures, computed values of formulas, macros); here only the lists of sheets get an entry.
"""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import Dict, List
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from tfaip.experiments.sheet.results import Results
from tfaip.experiments.sheet.sheetxml import worksheet_xml, xml_text
from tfaip.util.errors import UserError

CONTENT_TYPES = "[Content_Types].xml"
ROOT_RELATIONS = "_rels/.rels"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
# what a name of a sheet may not hold, and how long it may be
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31


@dataclass
class _Parts:
    """The parts of a workbook that list its sheets, and what they are called in it.

    Attributes:
        workbook: The name of the workbook's XML.
        relations: The name of the list of what belongs to it.
        namespace: Of spreadsheets.
        office: Of relations between parts.
    """

    workbook: str
    relations: str
    namespace: str
    office: str


def add_sheet(content: bytes, results: Results) -> bytes:
    """Return a workbook with one more sheet at its end.

    Args:
        content: The file.
        results: The table.

    Raises:
        UserError: The file is no workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            texts = _add(archive, results)
            return _with_parts(archive, texts)
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, UnicodeDecodeError, ValueError) as error:
        raise UserError(
            "The workbook cannot be extended.", expected="a workbook .xlsx", got=f"{type(error).__name__}: {error}"
        ) from error


def _with_parts(archive: zipfile.ZipFile, texts: Dict[str, str]) -> bytes:
    """Return the archive with some parts replaced or added."""
    result = io.BytesIO()
    left = dict(texts)
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for info in archive.infolist():
            text = left.pop(info.filename, None)
            target.writestr(info, archive.read(info) if text is None else text.encode())
        for name, text in left.items():
            target.writestr(name, text)
    return result.getvalue()


def _add(archive: zipfile.ZipFile, results: Results) -> Dict[str, str]:
    """Return the parts that change, with the new one."""
    parts = _find_parts(archive)
    workbook, relations = _text(archive, parts.workbook), _text(archive, parts.relations)
    names = set(archive.namelist())
    folder = posixpath.dirname(parts.workbook)
    name = _free(f"{folder}/worksheets/sheet{{}}.xml".lstrip("/"), names)
    relation = _free("rId{}", {entry.get("Id", "") for entry in ElementTree.fromstring(relations)})
    sheets = _children(workbook, f"{{{parts.namespace}}}sheets")
    number = 1 + max(int(entry.get("sheetId", "0")) for entry in sheets)
    title = _title(results.title, [entry.get("name", "") for entry in sheets])
    styles, style = _bold(archive, parts)
    prefix = _prefix(workbook, "sheets")
    entry = f'<{prefix}sheet xmlns:r="{parts.office}" name={quoteattr(title)} sheetId="{number}" r:id="{relation}"/>'
    return {
        **styles,
        parts.workbook: _insert(workbook, "sheets", entry),
        parts.relations: _insert(
            relations,
            "Relationships",
            f'<{_prefix(relations, "Relationships")}Relationship Id="{relation}" Type="{parts.office}/worksheet" '
            f'Target="/{name}"/>',
        ),
        CONTENT_TYPES: _insert_type(_text(archive, CONTENT_TYPES), name),
        name: worksheet_xml(results.rows, parts.namespace, style),
    }


def _insert_type(types: str, name: str) -> str:
    entry = f'<{_prefix(types, "Types")}Override PartName="/{xml_text(name)}" ContentType="{_SHEET_TYPE}"/>'
    return _insert(types, "Types", entry)


def _find_parts(archive: zipfile.ZipFile) -> _Parts:
    for entry in ElementTree.fromstring(_text(archive, ROOT_RELATIONS)):
        kind = entry.get("Type", "")
        if kind.endswith("/officeDocument"):
            workbook = entry.get("Target", "").lstrip("/")
            folder, name = posixpath.split(workbook)
            relations = posixpath.join(folder, "_rels", f"{name}.rels")
            root = ElementTree.fromstring(_text(archive, workbook)).tag
            return _Parts(workbook, relations, root[1:].partition("}")[0], kind.rpartition("/")[0])
    raise ValueError("it has no workbook")


def _bold(archive: zipfile.ZipFile, parts: _Parts) -> tuple[Dict[str, str], int]:
    """Return the styles with one for bold text, and its number; no styles and 0 if the workbook has none."""
    name = posixpath.join(posixpath.dirname(parts.workbook), "styles.xml")
    if name not in archive.namelist():
        return {}, 0
    styles = _text(archive, name)
    fonts = _children(styles, f"{{{parts.namespace}}}fonts")
    formats = _children(styles, f"{{{parts.namespace}}}cellXfs")
    if not fonts or not formats:
        return {}, 0
    prefix = _prefix(styles, "fonts")
    first = re.search(rf"<{prefix}fonts\b[^>]*>\s*<{prefix}font>(.*?)</{prefix}font>", styles, re.DOTALL)
    kept = re.sub(rf"<{prefix}(b|i|u|strike)\b[^>]*/>", "", first.group(1)) if first else ""
    styles = _insert(styles, "fonts", f"<{prefix}font><{prefix}b/>{kept}</{prefix}font>", counted=True)
    styles = _insert(
        styles, "cellXfs", f'<{prefix}xf numFmtId="0" fontId="{len(fonts)}" fillId="0" borderId="0" xfId="0" '
        'applyFont="1"/>', counted=True
    )  # fmt: skip
    return {name: styles}, len(formats)


def _text(archive: zipfile.ZipFile, name: str) -> str:
    return archive.read(name).decode("utf-8-sig")


def _children(text: str, tag: str) -> List[ElementTree.Element]:
    root = ElementTree.fromstring(text)
    parent = root.find(tag)
    return [] if parent is None else list(parent)


def _prefix(text: str, tag: str) -> str:
    match = re.search(rf"<([\w.-]+:)?{tag}[\s>/]", text)
    if match is None:
        raise ValueError(f"it has no {tag}")
    return match.group(1) or ""


def _insert(text: str, tag: str, entry: str, counted: bool = False) -> str:
    """Return the XML with one more entry at the end of an element.

    Args:
        text: The XML.
        tag: The element.
        entry: The entry.
        counted: Whether the element has the number of its entries as an attribute.
    """
    name = re.escape(_prefix(text, tag)) + tag
    if counted:
        text = re.sub(rf'(<{name}\b[^>]*?\bcount=")(\d+)(")', lambda m: f"{m[1]}{int(m[2]) + 1}{m[3]}", text, count=1)
    end = list(re.finditer(rf"</{name}\s*>", text))
    if not end:
        raise ValueError(f"its {tag} has no entries")
    return text[: end[-1].start()] + entry + text[end[-1].start() :]


def _free(pattern: str, taken: "set[str]") -> str:
    used = {name.lower() for name in taken}
    return next(name for i in range(1, len(taken) + 2) if (name := pattern.format(i)).lower() not in used)


def _title(title: str, taken: List[str]) -> str:
    plain = _NOT_IN_TITLE.sub("-", title)
    used = {name.lower() for name in taken}
    names = [plain[:_LONGEST_TITLE], *(f"{plain[: _LONGEST_TITLE - 5]} ({i})" for i in range(2, len(taken) + 3))]
    return next(name for name in names if name.lower() not in used)
