# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a program is told to write is checked before anything runs, and nothing of the user's is lost."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from test.tinyscenario.data import TinyGenerator
from test.tinyscenario.scenario import TinyEvaluator
from tfaip import Sample
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.scripts import adapt_exported_model, export, lav, predict
from tfaip.scripts.outputfiles import check_can_be_written, check_different, check_folder_can_be_written
from tfaip.util.errors import UserError

QUIET_LAV = ["--lav.silent", "True", "--data.n", "3"]
QUIET_PREDICT = ["--predict.silent", "True", "--data.n", "3"]


@pytest.fixture
def precious(tmp_path, monkeypatch):
    """The working directory, with something in it that is there at the end, too."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "thesis.tex").write_text("mine")
    (folder / "file").write_text("mine, too")
    monkeypatch.chdir(folder)
    yield folder
    assert sorted(os.listdir(folder)) == ["file", "thesis.tex"]
    assert (folder / "thesis.tex").read_text() == "mine"


@pytest.mark.parametrize("path", ["", ".", "..", "file/below"])
@pytest.mark.parametrize(
    ("main", "flags"),
    [
        (predict.main, [*QUIET_PREDICT, "--output"]),
        (lav.main, [*QUIET_LAV, "--worst", "2", "--worst_dir"]),
        (export.main, ["--output"]),
        (adapt_exported_model.main, ["--overwrite", "--output_dir"]),
    ],
)
def test_the_working_directory_and_files_are_no_folders_to_write(model_dirs, precious, monkeypatch, main, flags, path):
    monkeypatch.setattr(TinyGenerator, "generate", lambda self: pytest.fail("something was computed"))
    model = [model_dirs[0]] if main in (export.main, adapt_exported_model.main) else ["--export_dir", model_dirs[0]]
    with pytest.raises(UserError, match=flags[-1]):
        main([*model, *flags, path])


@pytest.mark.parametrize(
    ("main", "flags"),
    [
        (predict.main, [*QUIET_PREDICT, "--dump_prediction"]),
        (predict.main, [*QUIET_PREDICT, "--skipped_report"]),
        (lav.main, [*QUIET_LAV, "--out"]),
        (lav.main, [*QUIET_LAV, "--dump"]),
    ],
)
def test_a_file_needs_a_name(model_dirs, precious, main, flags):
    with pytest.raises(UserError, match="empty") as error:
        main(["--export_dir", model_dirs[0], *flags, ""])
    assert flags[-1] in str(error.value)


def test_an_archive_is_written_to_an_existing_folder(model_dirs, precious):
    for main, flag in ((export.main, "--output"), (adapt_exported_model.main, "--output_dir")):
        with pytest.raises(UserError, match="mkdir -p"):
            main([model_dirs[0], flag, "missing/model.zip"])


def test_two_outputs_are_two_files(model_dirs, precious):
    with pytest.raises(UserError, match="--output, --dump_prediction"):
        predict.main(["--export_dir", model_dirs[0], "--output", "a.jsonl", "--dump_prediction", "./a.jsonl"])
    with pytest.raises(UserError, match="--dump, --out"):
        lav.main(["--export_dir", model_dirs[0], "--dump", "a", "--out", "a"])
    check_different({"--a": "x", "--b": "y", "--c": None, "--d": None})


def test_folders_and_files_that_can_be_written_are_accepted(precious):
    for path in ("new", "new/below", str(precious / "new"), None):
        check_folder_can_be_written(path, "--flag")
    for path in ("new", "file", None):
        check_can_be_written(path, "--flag")


def test_an_archive_that_is_no_model_is_not_overwritten(model_dirs, tmp_path):
    data = tmp_path / "dataset.zip"
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("image.txt", "pixels")
    before = data.read_bytes()
    with pytest.raises(UserError, match="holds something else"):
        export.main([model_dirs[0], "--output", str(data), "--overwrite"])
    assert data.read_bytes() == before
    model = tmp_path / "model.zip"
    for flags in ([], ["--overwrite"]):
        assert export.main([model_dirs[0], "--output", str(model), *flags]) == 0


def test_a_link_to_a_model_is_followed(model_dirs, tmp_path):
    model, link = tmp_path / "model", tmp_path / "link"
    assert export.main([model_dirs[0], "--output", str(model)]) == 0
    link.symlink_to(model)
    flags = ["--output", str(link), "--overwrite", "--data.pre_proc.processors.0.factor", "3"]
    assert export.main([model_dirs[0], *flags]) == 0
    assert link.is_symlink()
    assert ScenarioBase.from_path(str(model))[1].data.pre_proc.processors[0].factor == 3


@pytest.mark.parametrize("ending", [".jsonl", ".csv"])
def test_names_that_are_no_unicode_are_written_escaped(model_dirs, tmp_path, monkeypatch, ending):
    samples = [Sample(inputs=[0.0, 1.0], meta={"path": os.fsdecode(b"a\xff.png")})]
    monkeypatch.setattr(TinyGenerator, "generate", lambda self: iter(samples))
    path = tmp_path / f"results{ending}"
    columns = [] if ending == ".jsonl" else ["--output_columns", "meta.path", "outputs.label"]
    assert predict.main(["--export_dir", model_dirs[0], *QUIET_PREDICT, "--output", str(path), *columns]) == 0
    text = path.read_text()
    assert "a\\udcff.png" in text
    if ending == ".jsonl":
        assert json.loads(text)["meta"]["path"] == samples[0].meta["path"]


def test_the_worst_by_a_value_of_an_evaluator_that_returns_more_than_numbers(model_dirs, monkeypatch, capsys):
    result = TinyEvaluator.result
    others = {"confusion": [[1, 2], [3, 4]], "note": "text", "nothing": None, "nan": float("nan")}
    monkeypatch.setattr(TinyEvaluator, "result", lambda self: {**result(self), **others})
    flags = ["--worst", "2", "--worst_by", "eval_acc", "--worst_order", "lowest"]
    assert lav.main(["--export_dir", model_dirs[0], *QUIET_LAV, *flags]) == 0
    printed = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert printed["confusion"] == [[1, 2], [3, 4]]
    assert printed["nan"] is None


def test_an_export_beside_other_files_leaves_nothing_of_the_model_before(tmp_path):
    from test.tinyscenario.scenario import TinyScenario, export_model

    folder = tmp_path / "model"
    export_model(folder, factor=2.0, with_trainer_params=True)
    (folder / "README.md").write_text("about")
    (folder / "additional").mkdir()
    export_model(folder, factor=3.0)
    assert TinyScenario.params_from_path(str(folder)).data.pre_proc.processors[0].factor == 3.0
    assert not (folder / "trainer_params.json").exists()
    assert not (folder / "additional").exists()
    assert (folder / "README.md").read_text() == "about"
    # but parameters of a run are not those of a model
    (folder / "checkpoint").mkdir()
    (folder / "trainer_params.json").write_text("{}")
    export_model(folder, factor=4.0)
    assert Path(folder, "trainer_params.json").read_text() == "{}"
