# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-export`` and ``tfaip-adapt-exported-model``: model directories of runs, checkpoints and other models."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from test.conftest import MODEL_1_2, ROOT
from test.scripts.runs import create_run, tree_hash
from test.tinyscenario.params import TinyGeneratorParams
from test.tinyscenario.scenario import TinyScenario, export_model
from tfaip import PredictorParams
from tfaip.scenario.export import load_exported_model
from tfaip.scenario.export.manifest import read_manifest
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.scripts import adapt_exported_model, export, lav, predict
from tfaip.trainer.modelexport import exporting
from tfaip.util.errors import UserError
from waves.params import WaveGeneratorParams
from waves.scenario import WaveScenario

REFERENCE = json.loads((MODEL_1_2 / "reference.json").read_text())


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "run"
    return create_run(path, "--trainer.epochs", "2", "--trainer.ema_decay", "0.5", export_final=True)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "model"
    export_model(path, with_trainer_params=True)
    return path


@pytest.fixture
def model_dir(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "model"))


def weights_of(model_dir: Path) -> dict[str, np.ndarray]:
    variables = load_exported_model(str(model_dir / "serve")).variables
    assert variables is not None
    return {name: variable.numpy() for name, variable in variables.items()}


def assert_same_weights(first: Path, second: Path) -> None:
    expected, found = weights_of(first), weights_of(second)
    assert expected.keys() == found.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value)


def stored(model_dir: Path) -> Any:
    return json.loads((model_dir / "trainer_params.json").read_text())


# ---------------------------------------------------------------------- of a run
@pytest.mark.parametrize("name", ["", "trainer_params.json", "checkpoint/epoch_0002"])
def test_a_run_gives_the_averaged_model_that_the_training_exports(
    run: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture
) -> None:
    before = tree_hash(run)
    assert export.main([str(run / name).rstrip("/"), "--output", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'new'}\n"
    assert_same_weights(run / "export", tmp_path / "new")
    assert tree_hash(run) == before
    assert lav.main(["--export_dir", str(tmp_path / "new")]) == 0


def test_an_older_checkpoint_can_be_chosen(run: Path, tmp_path: Path) -> None:
    export.main([str(run / "checkpoint" / "epoch_0001"), "--output", str(tmp_path / "new")])
    first, last = weights_of(tmp_path / "new"), weights_of(run / "export")
    assert any(not np.array_equal(first[name], last[name]) for name in last)
    assert stored(tmp_path / "new")["current_epoch"] == 1


def test_parameters_of_a_run_can_be_changed(run: Path, tmp_path: Path) -> None:
    factor = ["--data.pre_proc.processors.0.factor", "3"]
    export.main([str(run), "--output", str(tmp_path / "new"), *factor])
    assert stored(tmp_path / "new")["scenario"]["data"]["pre_proc"]["processors"][0]["factor"] == 3.0
    assert_same_weights(run / "export", tmp_path / "new")


def test_a_damaged_checkpoint_is_named_and_nothing_is_written(run: Path, tmp_path: Path) -> None:
    variables = run / "checkpoint" / "epoch_0002" / "variables.npz"
    variables.write_bytes(variables.read_bytes()[:-5])
    with pytest.raises(UserError, match=r"variables\.npz"):
        export.main([str(run), "--output", str(tmp_path / "new")])
    assert sorted(os.listdir(tmp_path)) == ["run"]


def test_the_model_of_a_run_without_checkpoints_is_its_best(run: Path, tmp_path: Path) -> None:
    shutil.rmtree(run / "checkpoint")
    export.main([str(run), "--output", str(tmp_path / "new")])
    assert_same_weights(run / "best", tmp_path / "new")


# ---------------------------------------------------------------------- of a model directory
def test_a_model_directory_is_adapted(model_dir: Path, tmp_path: Path) -> None:
    args = ["--data.post_proc.processors.0.labels", "no", "yes", "--data.pre_proc.processors.0.factor", "2"]
    export.main([str(model_dir), "--output", str(tmp_path / "new"), *args])
    assert_same_weights(model_dir, tmp_path / "new")
    assert read_manifest(str(tmp_path / "new")) is not None
    predictor = TinyScenario.create_predictor(str(tmp_path / "new"), PredictorParams(silent=True))
    assert {sample.outputs["label"] for sample in predictor.predict(TinyGeneratorParams())} <= {"no", "yes"}
    assert predictor.data.params.pre_proc.processors[0].factor == 2.0
    assert stored(model_dir)["scenario"]["data"]["pre_proc"]["processors"][0]["factor"] == 1.0


def test_processors_can_be_replaced(model_dir: Path, tmp_path: Path) -> None:
    args = ["--data.post_proc.processors", "test.tinyscenario.params:LabelProcessorParams"]
    export.main([str(model_dir), "--output", str(tmp_path / "new"), *args, *args[1:]])
    assert len(stored(tmp_path / "new")["scenario"]["data"]["post_proc"]["processors"]) == 2


def test_an_edited_model_directory_gets_a_right_manifest(model_dir: Path, tmp_path: Path, caplog: Any) -> None:
    params = stored(model_dir)
    params["scenario"]["data"]["pre_proc"]["processors"][0]["factor"] = 5.0
    (model_dir / "trainer_params.json").write_text(json.dumps(params))
    export.main([str(model_dir), "--output", str(tmp_path / "new")])
    assert "was changed" in caplog.text
    caplog.clear()
    TinyScenario.create_predictor(str(tmp_path / "new"), PredictorParams())
    assert "was changed" not in caplog.text


def test_weights_that_do_not_fit_other_parameters_are_told(model_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="do not fit"):
        export.main([str(model_dir), "--output", str(tmp_path / "new"), "--model.bias", "True"])
    assert sorted(os.listdir(tmp_path)) == ["model"]


@pytest.mark.parametrize("output", ["new", "new.zip"])
def test_code_that_computes_something_else_is_noticed(
    model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    from test.tinyscenario import model

    original = model.outputs_of
    monkeypatch.setattr(model, "outputs_of", lambda logits: original(2.0 * logits))
    args = [str(model_dir), "--output", str(tmp_path / output)]
    with pytest.raises(UserError, match="does not compute what the old one does"):
        export.main(args)
    assert sorted(os.listdir(tmp_path)) == ["model"]
    assert export.main([*args, "--no_check_loaded"]) == 0


# ---------------------------------------------------------------------- archives
@pytest.mark.parametrize("output", ["new.zip", "new.tar.gz", "new.tar", "new.tgz"])
def test_the_ending_of_the_output_makes_an_archive(model_dir: Path, tmp_path: Path, output: str) -> None:
    export.main([str(model_dir), "--output", str(tmp_path / output)])
    assert sorted(os.listdir(tmp_path)) == sorted(["model", output])
    assert predict.main(["--export_dir", str(tmp_path / output), "--data.n", "2"]) == 0


def test_a_packed_model_is_unpacked_by_the_same_program(model_dir: Path, tmp_path: Path) -> None:
    export.main([str(model_dir), "--output", str(tmp_path / "new"), "--pack"])
    assert (tmp_path / "new.zip").is_file()
    export.main([str(tmp_path / "new.zip"), "--output", str(tmp_path / "again")])
    assert_same_weights(model_dir, tmp_path / "again")


# ---------------------------------------------------------------------- what is overwritten
def test_only_a_model_is_overwritten_and_only_if_asked_for(model_dir: Path, run: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "empty").mkdir()
    before = tree_hash(tmp_path)
    for name in ("model", "run", "run/best/..", "run/checkpoint/epoch_0001", "other", "file"):
        for flags in ([], ["--overwrite"]):
            if (name, flags) != ("model", ["--overwrite"]):
                with pytest.raises(UserError, match="its place is taken"):
                    export.main([str(model_dir), "--output", str(tmp_path / name), *flags])
    assert tree_hash(tmp_path) == before
    export.main([str(run), "--output", str(tmp_path / "empty")])
    (model_dir / "notes.txt").write_text("mine")
    export.main([str(run), "--output", str(model_dir), "--overwrite"])
    assert_same_weights(run / "export", model_dir)
    assert (model_dir / "notes.txt").read_text() == "mine"


def test_an_archive_is_overwritten_only_if_asked_for(model_dir: Path, tmp_path: Path) -> None:
    archive = tmp_path / "new.zip"
    export.main([str(model_dir), "--output", str(archive)])
    before = archive.read_bytes()
    changed = ["--output", str(archive), "--data.pre_proc.processors.0.factor", "3"]
    with pytest.raises(UserError, match="its place is taken"):
        export.main([str(model_dir), *changed])
    assert archive.read_bytes() == before
    export.main([str(model_dir), *changed, "--overwrite"])
    assert archive.read_bytes() != before


# ---------------------------------------------------------------------- tfaip-adapt-exported-model
def test_adapting_needs_to_know_where_to(model_dir: Path) -> None:
    with pytest.raises(UserError, match="--output_dir"):
        adapt_exported_model.main([str(model_dir)])


def test_a_model_is_adapted_in_place_or_elsewhere(model_dir: Path, tmp_path: Path, exported: Path) -> None:
    factor = ["--data.pre_proc.processors.0.factor", "3"]
    adapt_exported_model.main([str(model_dir), "--output_dir", str(tmp_path / "new"), *factor])
    adapt_exported_model.main([str(model_dir), "--overwrite", *factor])
    for path in (tmp_path / "new", model_dir):
        assert_same_weights(exported, path)
        assert stored(path)["scenario"]["data"]["pre_proc"]["processors"][0]["factor"] == 3.0
    assert sorted(os.listdir(tmp_path)) == ["model", "new"]


# ---------------------------------------------------------------------- tfaip 1.2
@pytest.mark.parametrize("name", ["best", "export"])
@pytest.mark.parametrize("rebuild", [False, True])
def test_a_model_of_1_2_is_adapted(tmp_path: Path, name: str, rebuild: bool) -> None:
    if rebuild:
        adapt_exported_model.main([str(MODEL_1_2 / name), "--output_dir", str(tmp_path / "new")])
    else:
        export.main([str(MODEL_1_2 / name), "--output", str(tmp_path / "new")])
    assert (load_exported_model(str(tmp_path / "new" / "serve")).variables is not None) == rebuild
    assert (tmp_path / "new" / "net_config.json").exists()
    predictor = WaveScenario.create_predictor(str(tmp_path / "new"), PredictorParams(silent=True, progress_bar=False))
    samples = predictor.predict(WaveGeneratorParams(**REFERENCE["generator"]))
    for sample, expected in zip(samples, REFERENCE["predictions"], strict=True):
        np.testing.assert_allclose(sample.outputs["pred"], expected["pred"], atol=1e-6)
        assert sample.outputs["name"] == expected["name"]


def test_what_cannot_be_exported_says_so(tmp_path: Path) -> None:
    np.savez(tmp_path / "weights.npz", a=np.zeros(3))
    shutil.copy(MODEL_1_2 / "run_trainer_params.json", tmp_path / "trainer_params.json")
    (tmp_path / "variables").mkdir()
    (tmp_path / "variables" / "variables.index").write_text("")
    with pytest.raises(UserError, match="cannot be made a model directory"):
        export.main([str(tmp_path), "--output", str(tmp_path / "new")])


# ---------------------------------------------------------------------- start
def test_nothing_imports_tensorflow_before_there_is_something_to_export(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from tfaip.scripts import adapt_exported_model, export\n"
        "from tfaip.util.errors import UserError\n"
        "for main, flag in ((export.main, '--output'), (adapt_exported_model.main, '--output_dir')):\n"
        "    for args in ([sys.argv[1], flag, sys.argv[1] + 'x'], ['--help']):\n"
        "        try:\n"
        "            main(args)\n"
        "        except UserError:\n"
        "            pass\n"
        "        except SystemExit as end:\n"
        "            assert end.code == 0, end.code\n"
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, str(tmp_path / "none")]
    result = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_an_error_in_the_middle_leaves_nothing(
    model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "pack_model_directory", fail)
    with pytest.raises(OSError, match="No space left"):
        export.main([str(model_dir), "--output", str(tmp_path / "new.zip")])
    assert sorted(os.listdir(tmp_path)) == ["model"]


def test_the_scenario_of_the_new_model_is_found(model_dir: Path, tmp_path: Path) -> None:
    export.main([str(model_dir), "--output", str(tmp_path / "new")])
    shutil.rmtree(model_dir)
    scenario_cls, params = ScenarioBase.from_path(str(tmp_path / "new"))
    assert scenario_cls is TinyScenario
    assert params.data.resource_base_path == str(tmp_path / "new")
