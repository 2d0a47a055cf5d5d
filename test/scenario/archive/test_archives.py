# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""An archive is accepted wherever a model directory is, and leaves nothing behind."""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import pytest

from test.tinyscenario.params import TinyGeneratorParams
from test.tinyscenario.scenario import TinyScenario, export_model
from tfaip import LAVParams, PredictorParams
from tfaip.scenario.archive import is_archive, open_model_directory
from tfaip.scenario.archive.limits import ArchiveLimits
from tfaip.scenario.archive.packing import archive_stem, pack_model_directory
from tfaip.scenario.archive.temporaryfolder import create_temporary_folder
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.scripts import lav, lav_multi, predict
from tfaip.trainer.warmstart.storedweights import read_weights
from tfaip.util.errors import UserError

KINDS = ["model.zip", "model.tar", "model.tar.gz", "model.TGZ"]


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "model"
    export_model(path)
    return path


@pytest.fixture(scope="module")
def archive(model_dir: Path) -> str:
    path = str(model_dir.parent / "packed.zip")
    pack_model_directory(str(model_dir), path)
    return path


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_packed_is_unpacked(model_dir: Path, tmp_path: Path, kind: str) -> None:
    pack_model_directory(str(model_dir), str(tmp_path / kind))
    opened = open_model_directory(str(tmp_path / kind))
    assert files_of(Path(opened)) == files_of(model_dir)
    assert os.path.basename(opened) == "model"


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_model_gives_the_same_archive(model_dir: Path, tmp_path: Path, kind: str) -> None:
    pack_model_directory(str(model_dir), str(tmp_path / kind))
    first = (tmp_path / kind).read_bytes()
    os.utime(model_dir / "net_config.json", (10**9, 10**9))
    pack_model_directory(str(model_dir), str(tmp_path / kind))
    assert (tmp_path / kind).read_bytes() == first


def test_archives_of_other_programs_are_accepted_too(model_dir: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "flat.tar.gz", "w:gz") as file:
        file.add(model_dir, ".")
    with tarfile.open(tmp_path / "nested.tar.gz", "w:gz") as file:
        file.add(model_dir, "best")
    shutil.make_archive(str(tmp_path / "flat"), "zip", model_dir)
    for name in ("flat.tar.gz", "nested.tar.gz", "flat.zip"):
        assert files_of(Path(open_model_directory(str(tmp_path / name)))) == files_of(model_dir)


def test_an_archive_is_unpacked_once_until_it_changes(archive: str, model_dir: Path) -> None:
    first = open_model_directory(archive)
    assert open_model_directory(archive) == first
    pack_model_directory(str(model_dir), archive)
    assert open_model_directory(archive) != first


def test_everything_else_is_left_as_it_is(model_dir: Path) -> None:
    for path in (str(model_dir), "nowhere", "nowhere.zip", str(model_dir / "net_config.json")):
        assert open_model_directory(path) == path
        assert not is_archive(path)


def test_predictors_and_evaluations_take_an_archive(archive: str, model_dir: Path) -> None:
    params = PredictorParams(silent=True, progress_bar=False)
    predicted = [
        [
            sample.outputs["pred"]
            for sample in TinyScenario.create_predictor(path, params).predict(TinyGeneratorParams())
        ]
        for path in (archive, str(model_dir))
    ]
    np.testing.assert_array_equal(*predicted)
    voted = TinyScenario.create_multi_predictor([archive, str(model_dir)], params).predict(TinyGeneratorParams())
    assert len(list(voted)) == 7
    scenario_cls, scenario_params = ScenarioBase.from_path(archive)
    assert scenario_cls is TinyScenario
    results = [
        next(
            TinyScenario.create_lav(LAVParams(model_path=path, silent=True), scenario_params).run(
                [TinyGeneratorParams()]
            )
        )
        for path in (archive, str(model_dir))
    ]
    assert results[0] == results[1]


def test_programs_take_an_archive(archive: str, capsys: pytest.CaptureFixture) -> None:
    assert predict.main(["--export_dir", archive, "--data.n", "3"]) == 0
    assert capsys.readouterr().out.count("label") == 3
    assert lav.main(["--export_dir", archive, "--data.n", "3", "--instantiate_graph"]) == 0
    assert "eval_acc" in capsys.readouterr().out
    assert lav_multi.main(["--export_dirs", archive, archive, "--data.n", "3"]) == 0
    assert "eval_acc" in capsys.readouterr().out


def test_a_training_can_start_with_the_weights_in_an_archive(archive: str, model_dir: Path) -> None:
    packed, plain = read_weights(archive).arrays, read_weights(str(model_dir)).arrays
    assert packed.keys() == plain.keys()
    for name, array in plain.items():
        np.testing.assert_array_equal(packed[name], array)


def test_nothing_is_left_when_the_process_ends(archive: str, tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from tfaip.scenario.archive import open_model_directory\n"
        "path = open_model_directory(sys.argv[1])\n"
        "assert os.listdir(os.environ['TMPDIR']) and os.path.isdir(path)\n"
        "if os.fork() == 0:\n"
        "    sys.exit()\n"
        "os.wait()\n"
        "assert os.path.isdir(path), 'the child has removed it'\n"
        "sys.exit('tensorflow' in sys.modules)\n"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    result = subprocess.run([sys.executable, "-c", code, archive], env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert not os.listdir(tmp_path)


def test_what_a_killed_process_left_is_removed_by_the_next_one(
    archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "import os, sys\n"
        "from tfaip.scenario.archive import open_model_directory\n"
        "open_model_directory(sys.argv[1])\n"
        "os.kill(os.getpid(), 9)\n"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    result = subprocess.run([sys.executable, "-c", code, archive], env=env, capture_output=True, check=False)
    assert result.returncode == -9
    (left,) = os.listdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    own = create_temporary_folder()
    other = create_temporary_folder()
    assert {os.path.basename(own), os.path.basename(other)} == set(os.listdir(tmp_path))
    assert left not in os.listdir(tmp_path)


def test_packing_what_would_not_be_unpacked_is_refused(
    model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TFAIP_ARCHIVE_MAX_FILES", "2")
    with pytest.raises(UserError, match="TFAIP_ARCHIVE_MAX_FILES"):
        pack_model_directory(str(model_dir), str(tmp_path / "model.zip"))
    assert not os.listdir(tmp_path)


def test_a_full_disk_is_no_damaged_archive(archive: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tfaip.scenario.archive import opening

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tfaip.scenario.archive.zipreader.write_file", full)
    with pytest.raises(OSError, match="No space left"):
        opening.unpack(archive, tempfile.gettempdir(), ArchiveLimits())


def test_the_name_without_its_ending_is_that_of_the_folder() -> None:
    assert [archive_stem(f"a/b.c{ending}") for ending in (".zip", ".tar.gz", ".TGZ", ".tar")] == ["b.c"] * 4
    assert archive_stem(".zip") == "model"
