# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Results go into a new sheet of the workbook, and everything else in it stays as it was."""

import hashlib
import os
import stat
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill

from test.experiments.sheet.sheets import compute_formula, row, table, write_csv, write_workbook
from tfaip.experiments.sheet.results import Results
from tfaip.experiments.sheet.rows import read_sheet
from tfaip.experiments.sheet.sheetxml import xml_text
from tfaip.experiments.sheet.workbook import add_sheet
from tfaip.experiments.sheet.writing import write_results
from tfaip.util.errors import UserError

RESULTS = Results(
    "results 22-Nov-2026 (07-11-21)", [["ID", "loss", "state"], [1, 0.25, "a < b & c"], ["x", None, "end"]]
)
CHANGED_PARTS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


@pytest.fixture
def workbook(tmp_path):
    """A workbook with what people put into theirs."""
    book = Workbook()
    sheet = book.active
    for line in table(["a", "b"], [row(1, 3, "=G4*2")]):
        sheet.append(line)
    sheet["G4"].font = Font(name="Courier", italic=True, color="FF0000")
    sheet["G4"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet["G4"].comment = Comment("tried before", "me")
    sheet.conditional_formatting.add("G4:G9", CellIsRule(operator="greaterThan", formula=["2"], font=Font(bold=True)))
    sheet.freeze_panes = "A4"
    sheet.column_dimensions["G"].width = 33
    book.create_sheet("Notes & more")["B2"] = "keep me"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=7, min_row=4, max_row=4))
    book["Notes & more"].add_chart(chart, "D4")
    book.save(tmp_path / "p.xlsx")
    compute_formula(tmp_path / "p.xlsx", "G4*2", "6")
    return str(tmp_path / "p.xlsx")


def parts(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def test_all_other_parts_of_the_workbook_are_the_same_bytes(workbook):
    before = parts(workbook)
    assert write_results(workbook, RESULTS) == workbook
    after = parts(workbook)
    assert {name for name in before if before[name] != after.get(name)} <= CHANGED_PARTS
    assert set(after) - set(before) == {"xl/worksheets/sheet3.xml"}


def test_the_new_sheet_has_the_values_and_the_others_theirs(workbook):
    write_results(workbook, RESULTS)
    book = load_workbook(workbook)
    assert book.sheetnames == ["Sheet", "Notes & more", RESULTS.title]
    sheet = book[RESULTS.title]
    assert [list(cells) for cells in sheet.iter_rows(values_only=True)] == RESULTS.rows
    assert sheet.freeze_panes == "B2"
    assert sheet["A1"].font.bold and not sheet["A2"].font.bold
    plan = book["Sheet"]
    assert (plan["G4"].font.name, plan["G4"].font.italic, plan["G4"].font.b) == ("Courier", True, False)
    assert plan["G4"].comment.text == "tried before"
    assert plan["H4"].value == "=G4*2"
    assert load_workbook(workbook, data_only=True)["Sheet"]["H4"].value == 6, "the computed value is there, too"
    assert read_sheet(workbook)[0].experiments[0].values == {"a": "3", "b": "6"}


def test_results_of_another_time_get_another_sheet(workbook):
    for _ in range(3):
        write_results(workbook, RESULTS)
    names = load_workbook(workbook).sheetnames
    assert len(names) == len({name.lower() for name in names}) == 5
    assert all(len(name) <= 31 for name in names)


def test_workbooks_whose_xml_has_prefixes_are_extended(tmp_path):
    """Some programs write <x:sheets> and </x:workbook>."""
    path = write_workbook(tmp_path / "p.xlsx", table(["a"], [row(1, 2)]))
    with zipfile.ZipFile(path) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    text = texts["xl/workbook.xml"].replace("xmlns=", "xmlns:x=").replace("</", "</x:").replace("<", "<x:")
    texts["xl/workbook.xml"] = text.replace("<x:/x:", "</x:").replace("<x:?", "<?")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in texts.items():
            archive.writestr(name, content)
    assert "<x:sheets>" in texts["xl/workbook.xml"]
    write_results(path, RESULTS)
    assert load_workbook(path).sheetnames == ["Plan", RESULTS.title]


@pytest.mark.parametrize("lock", [".~lock.p.xlsx#", "~$p.xlsx"])
def test_a_workbook_that_is_open_elsewhere_is_not_touched(workbook, lock, caplog):
    folder, before = os.path.dirname(workbook), parts(workbook)
    open(os.path.join(folder, lock), "w").close()
    first, second = write_results(workbook, RESULTS), write_results(workbook, RESULTS)
    assert parts(workbook) == before
    assert [os.path.basename(path) for path in (first, second)] == ["p.results.xlsx", "p.results-2.xlsx"]
    assert RESULTS.title in load_workbook(first).sheetnames
    assert "is open in another program" in caplog.text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to any file")
def test_a_workbook_that_cannot_be_written_to_is_not_replaced(workbook):
    os.chmod(workbook, 0o444)
    assert write_results(workbook, RESULTS).endswith("p.results.xlsx")


def test_texts_that_look_like_escapes_or_hold_what_xml_cannot_are_written():
    assert xml_text("_x0041_ \x00 <") == "_x005F_x0041_ \ufffd &lt;"


def test_links_and_rights_stay(workbook, tmp_path):
    os.chmod(workbook, 0o640)
    link = tmp_path / "link.xlsx"
    link.symlink_to(workbook)
    write_results(str(link), RESULTS)
    assert link.is_symlink()
    assert stat.S_IMODE(os.stat(workbook).st_mode) == 0o640
    assert RESULTS.title in load_workbook(workbook).sheetnames


def test_beside_a_csv_file_another_one_is_written(tmp_path):
    path = write_csv(tmp_path / "p.csv", table(["a"], [row(1, 2)]))
    written = write_results(path, RESULTS)
    assert os.path.basename(written) == f"p {RESULTS.title}.csv"
    assert Path(written).read_text() == "ID,loss,state\n1,0.25,a < b & c\nx,,end\n"


@pytest.mark.parametrize("content", [b"", b"PK", b"no workbook"])
def test_what_is_no_workbook_is_told(content):
    with pytest.raises(UserError, match="cannot be extended"):
        add_sheet(content, RESULTS)


def test_an_archive_that_is_no_workbook_is_told(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("file.txt", "x")
    with pytest.raises(UserError, match="cannot be extended"):
        add_sheet((tmp_path / "a.zip").read_bytes(), RESULTS)
