# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A sheet is read as the documents of its format say, and all that is wrong with it is told with the cells."""

import datetime
import shutil

import pytest
from openpyxl import load_workbook

from test.experiments.sheet.sheets import HEAD, compute_formula, row, table, write_csv, write_workbook
from tfaip.experiments.sheet.mistakes import SheetErrors
from tfaip.experiments.sheet.rows import read_sheet
from tfaip.util.errors import UserError, UserFileNotFoundError

NO_PROGRAM = "neither SCRIPT nor COMMAND, the program to run."


@pytest.fixture(params=["xlsx", "csv", "semicolon"])
def write(request, tmp_path):
    """Writes a table to a file of each kind."""

    def write_rows(rows):
        if request.param == "xlsx":
            return write_workbook(tmp_path / "plan.xlsx", rows)
        return write_csv(tmp_path / "plan.csv", rows, {"csv": ",", "semicolon": ";"}[request.param])

    return write_rows


def argvs(path):
    sheet, mistakes = read_sheet(path)
    assert not mistakes, mistakes
    return [list(experiment.argv) for experiment in sheet.experiments]


def mistakes_of(path):
    with pytest.raises(SheetErrors) as error:
        _, mistakes = read_sheet(path)
        raise SheetErrors(path, mistakes)
    return [(mistake.where, mistake.what) for mistake in error.value.mistakes]


def test_the_header_of_the_seed_gives_the_command_line(write):
    names = ["lr", "output_dir", "graph"]
    rows = [row(1, "0.5", "models/a", "CNN", script="tfaip-train examples.tutorial.full")]
    path = write(table(names, rows, groups=["learning_rate", "trainer", "model"]))
    flags = ["--learning_rate.lr", "0.5", "--trainer.output_dir", "models/a", "--model.graph", "CNN"]
    assert argvs(path) == [["tfaip-train", "examples.tutorial.full", *flags]]


def test_the_published_header_gives_the_same(write):
    head = ["RESULT", "SKIP", "COMMAND", "SCENARIO", "ID", "CLEANUP", "PARAMS"]
    rows = [[None, None, "tfaip-train", "examples.tutorial.full", 1, None, "3"]]
    assert argvs(write(table(["epochs"], rows, head, ["trainer"]))) == [
        ["tfaip-train", "examples.tutorial.full", "--trainer.epochs", "3"]
    ]


def test_parameters_without_group_come_first_and_empty_groups_repeat_the_one_before(write):
    groups = ["trainer", None, "EMPTY", "default"]
    rows = [row("a", "1", "2", "3", "Adam")]
    assert argvs(write(table(["x", "y", "z", "optimizer"], rows, groups=groups))) == [
        ["run.py", "--optimizer", "Adam", "--trainer.x", "1", "--trainer.y", "2", "--trainer.z", "3"]
    ]


def test_empty_cells_are_left_out_unless_the_column_allows_them(write):
    names = ["a", "b:empty", "c:allow_empty", "d:split:empty", "e:split", "f:split:empty"]
    rows = [row("1", None, None, None, None, "1 2  3", "'a b' c")]
    assert argvs(write(table(names, rows))) == [
        ["run.py", "--b", "--c", "--d", "--e", "1", "2", "3", "--f", "a b", "c"]
    ]


def test_values_that_look_like_flags_stay_values(write):
    assert argvs(write(table(["a", "b"], [row("1", "-x", "-1e-3")]))) == [["run.py", "--a=-x", "--b", "-1e-3"]]


def test_rows_with_skip_or_without_anything_are_not_run(write):
    rows = [row("1", "v", skip="x"), [], ["only a note"], row("2", "v"), row(None, "wrong", skip="x")]
    sheet, mistakes = read_sheet(write(table(["a"], rows)))
    assert not mistakes
    assert [(experiment.id, experiment.skip, experiment.row) for experiment in sheet.experiments] == [
        ("1", "x", 4),
        ("2", "", 7),
    ]


def test_a_resumed_run_is_named_by_its_directory(write):
    rows = [row("1", "4", "models/a", script="tfaip-resume-training examples.tutorial.full")]
    path = write(table(["epochs", "output_dir"], rows, groups=["trainer"]))
    assert argvs(path) == [["tfaip-resume-training", "models/a", "--trainer.epochs", "4"]]


@pytest.mark.parametrize(("text", "expected"), [("x", True), ("1", True), ("no", False), ("0", False), (None, False)])
def test_cleanup_is_asked_for_by_anything_but_no(write, text, expected):
    sheet, _ = read_sheet(write(table(["a"], [row("1", "v", cleanup=text)])))
    assert sheet.experiments[0].cleanup is expected


def test_numbers_are_written_as_people_read_them(tmp_path):
    values = [3, 3.0, 0.1 + 0.2, 1e-5, True, " text ", 10**12]
    path = write_workbook(tmp_path / "p.xlsx", table(list("abcdefg"), [row(1, *values)]))
    assert argvs(path)[0][2::2] == ["3", "3", "0.3", "1e-05", "True", "text", "1000000000000"]


def test_all_wrong_cells_are_told_at_once(write):
    rows = [
        row(None, "v"),
        row("a", "v", script=None),
        row("a", '"open', script="run.py"),
        row("b", "v"),
        row("b", "v"),
    ]
    found = mistakes_of(write(table(["x:split"], rows)))
    title = found[0][0].partition("!")[0]
    assert found == [
        (f"{title}!E4", "The experiment has no ID."),
        (f"{title}!D5", "The experiment has no program."),
        (f"{title}!G6", "A quotation mark is not closed."),
        (f"{title}!E7 and {title}!E8", "The ID stands in two rows."),
    ]


def test_two_experiments_cannot_have_one_directory(tmp_path):
    rows = [row("1", "m/a"), row("2", "m/../m/a"), row("3", "m/a", skip="x")]
    path = write_workbook(tmp_path / "p.xlsx", table(["output_dir"], rows, groups=["trainer"]))
    assert mistakes_of(path) == [("Plan!G4 and Plan!G5", "The output directory stands in two rows.")]


@pytest.mark.parametrize(
    ("head", "names", "groups", "expected"),
    [
        (["SKIP", "SCRIPT", "PARAMS"], ["a"], [], ("Plan!A1", "The column ID is missing in the first row.")),
        (["SKIP", "ID", "PARAMS"], ["a"], [], ("Plan!A1", f"The first row has {NO_PROGRAM}")),
        ([*HEAD[:4], "COMMAND", "ID", "PARAMS"], ["a"], [], ("Plan!E1", "There are both SCRIPT and COMMAND.")),
        (["SKIP", "ID", "ID", "SCRIPT", "PARAMS"], ["a"], [], ("Plan!C1", "The column ID stands there twice.")),
        (HEAD, ["a:spilt"], [], ("Plan!G3", "The parameter has an unknown suffix.")),
        (HEAD, [":split"], [], ("Plan!G3", "The parameter has no name.")),
        (HEAD, ["a", "a"], ["t", "t"], ("Plan!G3 and Plan!H3", "The parameter t.a stands there twice.")),
        (HEAD, ["a", None], [], ("Plan!H3", "A column has values but no name.")),
    ],
)  # fmt: skip
def test_a_wrong_head_is_told_with_its_cell(tmp_path, head, names, groups, expected):
    path = write_workbook(
        tmp_path / "p.xlsx", table(names, [[*[None] * (len(head) - 1), *"vw"[: len(names)]]], head, groups)
    )
    assert mistakes_of(path) == [expected]


def test_a_misspelt_column_is_recognised(tmp_path):
    path = write_workbook(tmp_path / "p.xlsx", table(["a"], [], ["SKIPP", "ID", "SCRIPT", "PARAMS"]))
    with pytest.raises(SheetErrors, match="Did you mean SKIPP"):
        read_sheet(path)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1+1", "the formula =1+1 without a value"),
        (datetime.datetime(2026, 2, 1), "the date or time 2026-02-01 00:00:00"),
        ("#REF!", "the error #REF!"),
    ],
)
def test_cells_without_a_value_are_told(tmp_path, value, text):
    path = write_workbook(tmp_path / "p.xlsx", table(["a"], [row("1", value)]))
    with pytest.raises(SheetErrors) as error:
        raise SheetErrors(path, read_sheet(path)[1])
    (mistake,) = error.value.mistakes
    assert (mistake.where, mistake.got) == ("Plan!G4", text)


def test_the_value_that_a_spreadsheet_has_computed_is_taken(tmp_path):
    path = write_workbook(tmp_path / "p.xlsx", table(["a"], [row("1", "=1+1")]))
    compute_formula(path, "1+1", "2")
    assert argvs(path) == [["run.py", "--a", "2"]]


def test_only_the_first_sheet_counts(tmp_path):
    path = write_workbook(tmp_path / "p.xlsx", table(["a"], [row("1", "v")]))
    workbook = load_workbook(path)
    workbook.create_sheet("notes").append(["anything"])
    workbook.save(path)
    assert len(argvs(path)) == 1


def test_what_is_no_sheet_is_told(tmp_path):
    with pytest.raises(UserFileNotFoundError, match="no such sheet"):
        read_sheet(str(tmp_path / "none.xlsx"))
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(UserError, match="cannot be read"):
        read_sheet(str(broken))
    shutil.copy(broken, tmp_path / "old.xls")
    with pytest.raises(UserError, match="of a kind that cannot be read"):
        read_sheet(str(tmp_path / "old.xls"))
    (tmp_path / "latin.csv").write_bytes("ID;ä".encode("latin-1"))
    with pytest.raises(UserError, match="UTF-8"):
        read_sheet(str(tmp_path / "latin.csv"))


def test_a_sheet_without_rows_is_a_mistake(write):
    assert mistakes_of(write(table(["a"], [])))[0][1] == "There is no experiment."
