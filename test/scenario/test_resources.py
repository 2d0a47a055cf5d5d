# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Resources travel with a model directory, and a missing one is named before anything reads it."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

import pytest
from dataclasses_json import config
from paiargparse import pai_dataclass, pai_meta

from tfaip import ScenarioBaseParams
from tfaip.resource.resource import Resource
from tfaip.scenario.archive import open_model_directory
from tfaip.scenario.archive.packing import pack_model_directory
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.scripts import export
from tfaip.util.errors import UserError
from waves.data import WaveData
from waves.params import WaveDataParams, WaveModelParams, WavePipelineParams


@pai_dataclass
@dataclass
class CharsDataParams(WaveDataParams):
    chars: Optional[Resource] = field(
        default=None,
        metadata={**pai_meta(help="Characters"), **config(encoder=Resource.encode, decoder=Resource.decode)},
    )

    @staticmethod
    def cls():
        return CharsData


class CharsData(WaveData):
    @classmethod
    def params_cls(cls):
        return CharsDataParams

    def __init__(self, params, **kwargs):
        super().__init__(params, **kwargs)
        self.chars = Path(str(params.chars)).read_text() if params.chars else ""


@pai_dataclass
@dataclass
class CharsScenarioParams(ScenarioBaseParams[CharsDataParams, WaveModelParams]):
    pass


class CharsScenario(ScenarioBase[CharsScenarioParams, WavePipelineParams]):
    pass


@pytest.fixture
def model_dir(tmp_path: Path) -> Path:
    (tmp_path / "chars.txt").write_text("abc")
    params = CharsScenario.default_params()
    params.data.chars = Resource(str(tmp_path / "chars.txt"))
    scenario = CharsScenario(params)
    scenario.setup_training_graph()
    scenario.export(str(tmp_path / "model"))
    os.remove(tmp_path / "chars.txt")
    return tmp_path / "model"


def test_resource_is_read_from_the_model_directory_wherever_it_is(model_dir: Path, tmp_path: Path) -> None:
    model_dir.rename(tmp_path / "moved")
    params = CharsScenario.params_from_path(str(tmp_path / "moved"))
    assert CharsScenario(params).create_data().chars == "abc"


def test_missing_resource_is_named(model_dir: Path) -> None:
    (copy,) = (model_dir / "resources").rglob("chars.txt")
    copy.unlink()
    with pytest.raises(FileNotFoundError, match=r"data\.chars(.|\n)*chars\.txt"):
        CharsScenario.params_from_path(str(model_dir))


def test_an_adapted_model_keeps_its_resource_or_gets_another_one(
    model_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "other.txt").write_text("xyz")
    monkeypatch.chdir(tmp_path / "here")
    export.main([str(model_dir), "--output", "kept"])
    export.main([str(model_dir), "--output", "replaced.zip", "--data.chars", "other.txt"])
    os.rename(model_dir, tmp_path / "away")
    os.remove("other.txt")
    for name, content in (("kept", "abc"), ("replaced.zip", "xyz")):
        params = CharsScenario.params_from_path(name)
        assert CharsScenario(params).create_data().chars == content


@pytest.mark.parametrize("content", ["ab", "abd"])
def test_a_damaged_resource_is_named(model_dir: Path, content: str) -> None:
    (copy,) = (model_dir / "resources").rglob("chars.txt")
    copy.write_text(content)
    with pytest.raises(UserError, match=r"chars\.txt"):
        CharsScenario.params_from_path(str(model_dir))


def test_what_a_stranger_packed_names_no_file_of_this_machine(model_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "id_rsa").write_text("private")
    (model_dir / "manifest.json").unlink()
    stored = json.loads((model_dir / "scenario_params.json").read_text())
    stored["data"]["chars"] = str(tmp_path / "id_rsa")
    (model_dir / "scenario_params.json").write_text(json.dumps(stored))
    pack_model_directory(str(model_dir), str(tmp_path / "model.zip"))
    for source in ("model.zip", "model"):
        with pytest.raises(UserError, match="leads out of the model directory"):
            export.main([str(tmp_path / source), "--output", str(tmp_path / "mine.zip")])
    assert not (tmp_path / "mine.zip").exists()
    with pytest.raises(UserError, match="leads out of the model directory"):
        ScenarioBase.from_path(open_model_directory(str(tmp_path / "model.zip")))
