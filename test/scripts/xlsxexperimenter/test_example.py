# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The example of a sheet in the package is the one that its program makes."""

from docs.site import example_sheet
from test.conftest import ROOT
from tfaip.experiments.sheet.grid import read_grid
from tfaip.experiments.sheet.rows import read_sheet

EXAMPLE = ROOT / "tfaip" / "scripts" / "xlsxexperimenter" / "example.xlsx"


def test_the_example_is_up_to_date(tmp_path):
    example_sheet.main(str(tmp_path / "example.xlsx"))
    assert read_grid(str(EXAMPLE)).texts == read_grid(str(tmp_path / "example.xlsx")).texts


def test_the_example_is_a_sheet_without_mistakes():
    sheet, mistakes = read_sheet(str(EXAMPLE))
    assert not mistakes
    assert [experiment.skip for experiment in sheet.experiments] == ["", "", "x"]
