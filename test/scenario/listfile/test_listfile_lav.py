# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Load-and-validate on list files leaves the results of each evaluation in a file, in training and afterwards."""

import json
import os
import shutil

import numpy as np
import pytest

from templates.listfile.scenario import TemplateScenario
from tfaip import LAVParams
from tfaip.scenario.listfile.listfilelav import results_file
from tfaip.scenario.listfile.params import ListsFileGeneratorParams
from tfaip.scripts import lav as lav_script
from tfaip.scripts import train as train_script
from tfaip.util.errors import UserFileNotFoundError


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Lists a, b and c with 8, 4 and 2 files, and a model that was trained from the command line."""
    folder = tmp_path_factory.mktemp("lists")
    rng = np.random.default_rng(1)
    for name, n in (("a", 8), ("b", 4), ("c", 2)):
        lines = []
        for number in range(n):
            np.savetxt(folder / f"{name}{number}.txt", rng.normal(size=4))
            lines.append(f"{folder}/{name}{number}.txt {number % 2}")
        (folder / f"{name}.lst").write_text("\n".join(lines) + "\n")
    lists = {name: str(folder / f"{name}.lst") for name in "abc"}
    flags = ["--train.lists", lists["a"], lists["b"], "--train.list_ratios", "1", "2", "--val.lists", lists["c"]]
    flags += ["--lav.lists", lists["a"], lists["c"], "--trainer.lav_every_n", "1", "--trainer.epochs", "1"]
    flags += [
        "--train.batch_size",
        "4",
        "--trainer.output_dir",
        str(folder / "run"),
        "--trainer.progress_bar_mode",
        "0",
    ]
    assert not train_script.main(*train_script.parse_args(["templates.listfile", *flags]))
    return folder


@pytest.fixture
def model(folder, tmp_path):
    shutil.copytree(folder / "run" / "best", tmp_path / "best")
    return tmp_path / "best"


def stored(path, *names):
    """Return the results in a directory by the names of the files."""
    files = {file.name: json.loads(file.read_text()) for file in path.glob("lav_results_*")}
    assert sorted(files) == sorted(f"lav_results_{name}.json" for name in names)
    return [files[f"lav_results_{name}.json"] for name in names]


def printed(capsys):
    """Return the results that were printed, one after the other."""
    decoder, text, results = json.JSONDecoder(), capsys.readouterr().out.strip(), []
    while text:
        result, end = decoder.raw_decode(text)
        results.append(result)
        text = text[end:].strip()
    return results


def run_lav(model, *flags):
    assert lav_script.main(["--export_dir", str(model), "--lav.silent", "True", *map(str, flags)]) == 0


def test_a_training_stores_the_results_of_each_list(folder):
    first, second = stored(folder / "run", "a", "c")
    assert first["lists"] == [str(folder / "a.lst")]
    assert second["lists"] == [str(folder / "c.lst")]
    assert {"acc", "ce", "loss"} <= first["results"].keys()
    assert first["results"]["ce"] != second["results"]["ce"]


def test_the_lists_of_the_training_are_evaluated_together_by_default(folder, model, capsys):
    run_lav(model)
    (result,) = printed(capsys)
    (content,) = stored(model, "a_c")
    assert content == {"lists": [str(folder / "a.lst"), str(folder / "c.lst")], "results": result}


def test_each_list_is_evaluated_on_its_own_if_asked_for(folder, model, capsys, tmp_path):
    results_dir = tmp_path / "results"
    results_dir.mkdir()
    run_lav(
        model, "--data.lists", folder / "b.lst", folder / "c.lst", "--lav.per_list", "--lav.results_dir", results_dir
    )
    assert [content["results"] for content in stored(results_dir, "b", "c")] == printed(capsys)
    stored(model)


def test_results_are_stored_only_if_asked_for(folder, model):
    run_lav(model, "--data.lists", folder / "c.lst", "--lav.store_results", "False")
    stored(model)


def test_a_directory_that_cannot_be_written_to_gives_a_warning(folder, model, caplog):
    run_lav(model, "--data.lists", folder / "c.lst", "--lav.results_dir", model / "missing")
    assert "The results of the evaluation are not stored" in caplog.text


def test_a_missing_list_is_told_before_anything_is_evaluated(folder, model):
    lists = [str(folder / "c.lst"), str(folder / "missing.lst")]
    with pytest.raises(UserFileNotFoundError) as error:
        run_lav(model, "--data.lists", *lists)
    assert error.value.where == lists[1]
    assert "correct --data.lists" in error.value.hint
    stored(model)


def test_plain_parameters_of_an_evaluation_do(folder, model):
    lav = TemplateScenario.create_lav(
        LAVParams(silent=True, model_path=str(model)), TemplateScenario.params_from_path(str(model))
    )
    (result,) = lav.run([ListsFileGeneratorParams(lists=[str(folder / "b.lst")])])
    assert stored(model, "b")[0]["results"]["ce"] == pytest.approx(result["ce"])


def test_results_of_other_lists_of_the_same_name_are_kept(tmp_path):
    lists = ["/x/a.lst", "/x/b.txt"]
    file = results_file(str(tmp_path), lists)
    assert os.path.basename(file) == "lav_results_a_b.json"
    with open(file, "w") as stream:
        json.dump({"lists": lists}, stream)
    assert results_file(str(tmp_path), lists) == file
    other = results_file(str(tmp_path), ["/y/a.lst", "/x/b.txt"])
    assert other != file
    assert os.path.basename(other).startswith("lav_results_a_b_")
    assert results_file(str(tmp_path), ["/y/a.lst", "/x/b.txt"]) == other
    long = [results_file(str(tmp_path), [f"/{name}/{'x' * 99}.lst" for name in names]) for names in ("pq", "rq")]
    assert long[0] != long[1]
    assert all(len(os.path.basename(name)) < 200 for name in long)
