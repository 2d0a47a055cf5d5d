# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The manifest of a model directory: what was written is what is loaded, and a file that is not is named."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import tensorflow as tf

from test.tinyscenario.scenario import TinyScenario, export_model
from tfaip import PredictorParams
from tfaip.scenario.export import load_exported_model, manifest
from tfaip.scenario.export.manifest import check_other_files, has_other_manifest, read_manifest
from tfaip.scripts.modeldirectory import check_model_directory
from tfaip.trainer.warmstart.location import Kind, find_stored_model
from tfaip.util.errors import UserError
from tfaip.util.file.checksum import sum_of_file
from tfaip.version import __version__

GRAPH_FILES = ["saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "model"
    export_model(path)
    return path


@pytest.fixture
def model_dir(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "model"))


def flip_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def test_manifest_lists_every_file_with_size_and_checksum(model_dir: Path) -> None:
    content = json.loads((model_dir / "manifest.json").read_text())
    files = {str(path.relative_to(model_dir)) for path in model_dir.rglob("*") if path.is_file()}
    assert set(content["files"]) == files - {"manifest.json"}
    for name, entry in content["files"].items():
        assert entry == {"size": (model_dir / name).stat().st_size, "sha256": sum_of_file(str(model_dir / name))}


def test_manifest_tells_versions_and_graphs(model_dir: Path) -> None:
    content = json.loads((model_dir / "manifest.json").read_text())
    assert set(content["versions"]) == {"tfaip", "tensorflow", "keras", "numpy", "python"}
    assert content["versions"]["tfaip"] == __version__
    assert content["versions"]["tensorflow"] == tf.__version__
    assert content["graphs"] == {"default": "serve"}
    assert content["format"] == 1


@pytest.mark.parametrize("damage", [flip_byte, cut, os.remove])
@pytest.mark.parametrize("name", GRAPH_FILES)
def test_damaged_file_of_the_graph_is_named(model_dir: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(model_dir / "serve" / name)
    with pytest.raises(UserError, match=rf"serve/{name}"):
        load_exported_model(str(model_dir / "serve"))
    with pytest.raises(UserError, match=rf"serve/{name}"):
        TinyScenario.create_predictor(str(model_dir), PredictorParams())


def test_programs_notice_a_cut_file_before_tensorflow_reads_it(model_dir: Path) -> None:
    check_model_directory(str(model_dir))
    cut(model_dir / "serve" / GRAPH_FILES[2])
    with pytest.raises(UserError, match="another size"):
        check_model_directory(str(model_dir))


def test_weights_that_are_too_large_to_be_hashed_have_the_checksums_of_tensorflow(
    model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "MAX_HASHED_BYTES", 0)
    load_exported_model(str(model_dir / "serve"))
    flip_byte(model_dir / "serve" / GRAPH_FILES[2])
    with pytest.raises(UserError, match="cannot be loaded"):
        load_exported_model(str(model_dir / "serve"))


def test_edited_parameters_are_told_and_used(model_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = model_dir / "scenario_params.json"
    params = json.loads(path.read_text())
    params["data"]["pre_proc"]["processors"][0]["factor"] = 7.0
    path.write_text(json.dumps(params))
    predictor = TinyScenario.create_predictor(str(model_dir), PredictorParams())
    assert predictor.data.params.pre_proc.processors[0].factor == 7.0
    assert "scenario_params.json was changed" in caplog.text


def test_untouched_parameters_are_not_mentioned(model_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    TinyScenario.create_predictor(str(model_dir), PredictorParams())
    assert "was changed" not in caplog.text


def test_model_without_a_manifest_loads_unchecked(model_dir: Path) -> None:
    os.remove(model_dir / "manifest.json")
    load_exported_model(str(model_dir / "serve"))
    check_other_files(str(model_dir), "scenario_params.json")


def test_manifest_of_a_later_version_is_not_used(model_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = model_dir / "manifest.json"
    path.write_text(json.dumps({"kind": "model", "format": 2, "entries": []}))
    assert read_manifest(str(model_dir)) is None
    assert "later version" in caplog.text


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "",
        "\udcff",
        '{"kind": "model", "format": 1}',
        '{"kind": "model", "format": 1, "versions": {}, "graphs": {}, "files": []}',
        '{"kind": "model", "format": 1, "versions": {}, "graphs": {}, "files": {"a": 1}}',
        '{"kind": "model", "format": 1, "versions": {}, "graphs": {}, "files": {"a": {"size": "1", "sha256": ""}}}',
        '{"kind": "model", "format": 1, "versions": {}, "graphs": {}, "files": {"../a": {"size": 1, "sha256": ""}}}',
        '{"kind": "model", "format": 1, "versions": {}, "graphs": {}, "files": {"/etc/a": {"size": 1, "sha256": ""}}}',
    ],
)
def test_damaged_manifest_is_named(model_dir: Path, content: str) -> None:
    (model_dir / "manifest.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(UserError, match=r"manifest\.json"):
        load_exported_model(str(model_dir / "serve"))


def test_manifest_is_not_taken_for_that_of_a_checkpoint(model_dir: Path) -> None:
    assert not has_other_manifest(str(model_dir))
    assert find_stored_model(str(model_dir)) == (Kind.SAVED_MODEL, str(model_dir / "serve"))


def test_export_into_a_checkpoint_leaves_the_manifest_of_the_checkpoint(tmp_path: Path) -> None:
    own = '{"format": 1, "epoch": 3, "sha256": {}}'
    (tmp_path / "manifest.json").write_text(own)
    (tmp_path / "variables.npz").write_text("")
    export_model(tmp_path)
    assert (tmp_path / "manifest.json").read_text() == own
    load_exported_model(str(tmp_path / "serve"))


def test_files_of_another_model_in_the_same_folder_are_not_checked(model_dir: Path) -> None:
    (model_dir / "serve").rename(model_dir / "0.ckpt")
    load_exported_model(str(model_dir / "0.ckpt"))


def test_export_replaces_the_manifest_of_the_former_model(model_dir: Path) -> None:
    (model_dir / "notes.txt").write_text("mine")
    export_model(model_dir, seed=5)
    load_exported_model(str(model_dir / "serve"))
    assert (model_dir / "notes.txt").read_text() == "mine"
    assert "notes.txt" not in json.loads((model_dir / "manifest.json").read_text())["files"]
