# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""In what runs differ: parameters, values, code and packages."""

import math
from pathlib import Path

import pytest

from test.runs.writing import PARAMS, write_code, write_params, write_record
from tfaip.params.diff.compare import MISSING
from tfaip.runs.compare.code import code_difference, patch_difference, text_difference
from tfaip.runs.compare.params import differing_params
from tfaip.runs.compare.sparkline import sparkline
from tfaip.runs.compare.thinning import evenly, with_extremes
from tfaip.runs.compare.values import names_of_values, value_row
from tfaip.runs.format.metrics import Level
from tfaip.runs.format.run import Primary
from tfaip.runs.reading.curves import Curve, Point, epoch_curves
from tfaip.runs.reading.run import Run


def curve(*values: float, name: str = "loss", level: Level = Level.EPOCH) -> Curve:
    return Curve(name, "train", level, [Point(index, float(index), 0.0, value) for index, value in enumerate(values)])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        *[([], ""), ([1.0], "▅"), ([0.0, 7.0], "▁█"), ([2.0, 2.0], "▅▅"), ([math.nan, 1.0, math.inf], "✕▅✕")],
        *[([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"), ([-1e308, 0.0, 1e308], "▁▅█")],
    ],
)
def test_small_curves(values: list[float], expected: str) -> None:
    assert sparkline(values) == expected


def test_a_small_curve_of_many_values_has_its_width() -> None:
    assert len(sparkline([float(value) for value in range(1000)], 24)) == 24


def test_thinning_keeps_ends_and_extremes() -> None:
    assert evenly(range(101), 5) == [0, 25, 50, 75, 100]
    assert evenly([1, 2], 5) == [1, 2] and evenly([1, 2], 1) == [2]
    values = [0.0] * 10_000
    values[4321], values[7000], values[5000] = 9.0, -9.0, math.nan
    points = with_extremes(curve(*values).points, 100)
    assert len(points) <= 102
    assert {points[0].step, 4321, 7000, points[-1].step} <= {point.step for point in points}
    assert points[-1].step == 9999 and [p.step for p in points] == sorted(p.step for p in points)


def test_extremes_of_values() -> None:
    row = value_row(curve(3.0, math.nan, 1.0, 2.0, math.inf))
    assert row.least is not None and row.largest is not None
    assert (row.last.value, row.least.step, row.largest.step) == (math.inf, 2, 0)
    assert value_row(curve(math.nan)).least is None


def test_what_tells_the_best_model_is_first_and_values_of_steps_are_last() -> None:
    first = {"a": curve(1.0, name="a", level=Level.STEP), "loss": curve(1.0), "val_acc": curve(1.0, name="val_acc")}
    names = names_of_values([first, {"other": curve(1.0, name="other")}], [None, Primary("val_acc"), Primary("gone")])
    assert names == ["val_acc", "loss", "other", "a"]


def test_parameters_that_differ_in_any_run(tmp_path: Path) -> None:
    trees = []
    for index in range(3):
        folder = tmp_path / str(index)
        folder.mkdir()
        sgd = {"momentum": 0.5, "__cls__": "tfaip.trainer.optimizer.optimizers:SGDOptimizer"}
        write_params(
            folder, epochs=4 + (index == 2), current_epoch=index, optimizer=sgd if index else PARAMS["optimizer"]
        )
        trees.append(Run(str(folder)).params_tree())
    rows = {row.path: (row.values, row.texts()) for row in differing_params([None, *trees])}
    assert list(rows) == ["epochs", "optimizer", "optimizer.beta_1", "optimizer.momentum"] or set(rows) == {
        "epochs",
        "optimizer",
        "optimizer.beta_1",
        "optimizer.momentum",
    }
    assert rows["epochs"] == ([MISSING, 4, 4, 5], ["-", "4", "4", "5"])
    assert rows["optimizer"][1] == ["-", "Adam", "SGD", "SGD"]
    assert rows["optimizer.momentum"][1] == ["-", "-", "0.5", "0.5"]
    assert differing_params([None, None]) == [] and differing_params([trees[0]]) == []


def test_classes_with_the_same_short_name_are_told_by_their_modules() -> None:
    trees = [{"optimizer": {"__cls__": f"{module}:AdamOptimizer"}} for module in ("a", "b")]
    (row,) = differing_params(trees)
    assert row.texts() == ["a:AdamOptimizer", "b:AdamOptimizer"]


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Run, Run]:
    for name, files in (("a", {"same.py": "x\n", "old.py": "old\n", "m.py": "1\n2\n"}), ("b", {"same.py": "x\n"})):
        write_record(tmp_path / name)
        write_code(tmp_path / name, files if name == "a" else {**files, "new.py": "new\n", "m.py": "1\n3\n", "b": "\0"})
        text = "keras==3.0\nnumpy==1\n" if name == "a" else "keras==3.1\nrich==1\n"
        (tmp_path / name / "code" / "1" / "packages.txt").write_text(text)
        (tmp_path / name / "code" / "1" / "diff.patch").write_text(f"+{name}\n")
    return Run(str(tmp_path / "a")), Run(str(tmp_path / "b"))


def test_files_and_packages_that_differ(pair: tuple[Run, Run]) -> None:
    found = code_difference(*pair)
    assert found.compared and found.commits == ("c0ffee", "c0ffee")
    assert (found.files.added, found.files.removed, found.files.changed) == (["b", "new.py"], ["old.py"], ["m.py"])
    assert (found.packages.added, found.packages.removed, found.packages.changed) == (["rich"], ["numpy"], ["keras"])
    assert not code_difference(pair[0], pair[0]).files


def test_lines_that_differ(pair: tuple[Run, Run]) -> None:
    lines = list(text_difference(pair[0].code(), pair[1].code(), code_difference(*pair).files))
    assert "Binary files a/b and b/b differ" in lines
    assert [line for line in lines if line in ("-2", "+3")] == ["-2", "+3"]
    assert "+new" in lines and "-old" in lines
    assert "-+a" in list(patch_difference(pair[0].code(), pair[1].code()))


def test_runs_without_code_are_not_compared(pair: tuple[Run, Run], tmp_path: Path) -> None:
    other = Run(str(write_record(tmp_path / "c")))
    assert not code_difference(pair[0], other).compared


def test_curves_of_a_run(tmp_path: Path) -> None:
    curves = epoch_curves(Run(str(write_record(tmp_path / "a"))).values())
    assert curves["val_acc"].values == pytest.approx([0.8, 0.85, 0.9 - 0.1 / 3, 0.875])
