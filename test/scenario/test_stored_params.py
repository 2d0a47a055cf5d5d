# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What stored parameters name is checked by every way of reading them: classes, and places of files."""

import copy
import dataclasses
import json
import os
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from test.conftest import ROOT
from test.hostile import Hostile
from test.tinyscenario.params import TinyScenarioParams
from test.tinyscenario.scenario import TinyScenario
from tfaip.resource.manager import ResourceManager, check_resources_inside
from tfaip.resource.resource import Resource
from tfaip.scenario.export.writer import ModelDirectoryWriter
from tfaip.scenario.paramsfile import read_params_dict, scenario_dict
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.scenario.storedparams import check_stored_params
from tfaip.trainer.checkpoint.names import checkpoint_sub_dir
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserError
from tfaip.util.trust import UntrustedError, is_trusted, trust_package

STORED = json.loads((ROOT / "test" / "fixtures" / "params" / "v2_trainer_params.json").read_text())
EVIL = "evil.scenario:Evil"


def stored(**scenario: Any) -> dict[str, Any]:
    params = copy.deepcopy(STORED)
    params["scenario"].update(scenario)
    return params


def write(path: Path, params: dict[str, Any]) -> str:
    path.write_text(json.dumps(params))
    return str(path)


# ---------------------------------------------------------------- classes
READERS = {
    "ScenarioBase.from_dict": lambda params, path: ScenarioBase.from_dict(params),
    "ScenarioBase.from_path": lambda params, path: ScenarioBase.from_path(write(path, params)),
    "parse_trainer_params, dict": lambda params, path: Trainer.parse_trainer_params(params),
    "parse_trainer_params, file": lambda params, path: Trainer.parse_trainer_params(write(path, params)),
    "restore_trainer": lambda params, path: Trainer.restore_trainer(write(path, params)),
}
PLACES = {
    "scenario_id": stored(scenario_id=EVIL),
    "scenario_id without class": stored(scenario_id="evil.scenario"),
    "class": stored(evaluator={"__cls__": EVIL}),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("reader", READERS)
def test_no_reader_imports_what_is_not_trusted(
    hostile: Hostile, search: str, tmp_path: Path, reader: str, place: str
) -> None:
    with pytest.raises(UntrustedError, match="--trust evil"):
        READERS[reader](copy.deepcopy(PLACES[place]), tmp_path / "trainer_params.json")
    hostile.assert_nothing_ran()


@pytest.mark.parametrize(
    "read",
    [TinyScenario.params_from_dict, TinyScenarioParams.from_dict, TinyScenario.trainer_cls().params_cls().from_dict],
)
def test_no_class_imports_what_is_not_trusted(hostile: Hostile, search: str, read: Any) -> None:
    params = stored(evaluator={"__cls__": EVIL})
    with pytest.raises(UntrustedError, match="--trust evil"):
        read(params if "trainer" in repr(read) else params["scenario"])
    hostile.assert_nothing_ran()


def test_model_directories_of_a_known_scenario_are_checked(hostile: Hostile, search: str, tmp_path: Path) -> None:
    from tfaip import PredictorParams

    write(tmp_path / "trainer_params.json", stored(evaluator={"__cls__": EVIL}))
    for load in (
        TinyScenario.create_predictor,
        lambda path, params: TinyScenario.create_multi_predictor([path], params),
    ):
        with pytest.raises(UntrustedError, match="--trust evil"):
            load(str(tmp_path), PredictorParams())
    hostile.assert_nothing_ran()


@pytest.mark.parametrize("scenario_id", [EVIL, "evil", "os:system", "antigravity", "../evil:Evil", ""])
def test_the_scenario_of_parameters_is_not_imported(hostile: Hostile, search: str, scenario_id: str) -> None:
    params = TinyScenario.params_from_dict(stored(scenario_id=scenario_id))
    with pytest.raises(UserError):
        params.cls()
    hostile.assert_nothing_ran()


@pytest.mark.parametrize(
    "scenario_id",
    ["tfaip.util.errors:UserError", "tfaip.util.trust:trust_package", "test.tinyscenario.params:TinyModelParams"],
)
def test_only_a_scenario_is_a_scenario(scenario_id: str) -> None:
    with pytest.raises(UserError, match="is not a (scenario|class)"):
        ScenarioBase.from_dict(stored(scenario_id=scenario_id))


@pytest.mark.parametrize(
    "name",
    [
        "tfaip.util.errors:UserError",
        "tfaip.trainer.optimizer.optimizers:AdamOptimizer",
        "tfaip.data.pipeline.definitions:Sample",
        "tfaip.params.cli.errors:Mistake",
        "tfaip.util.file.atomic:write_text_atomically",
    ],
)
def test_only_parameters_of_the_declared_type_stand_in_a_field(name: str) -> None:
    for reader in (ScenarioBase.from_dict, Trainer.parse_trainer_params):
        with pytest.raises(UserError, match="evaluator.__cls__"):
            reader(stored(evaluator={"__cls__": name}))


def test_a_missing_class_in_a_parameter_that_nobody_knows_does_no_harm() -> None:
    _, params = ScenarioBase.from_dict(stored(of_a_later_version={"__cls__": "no_such_package:X"}))
    assert isinstance(params, TinyScenarioParams)


def test_the_class_that_is_used_is_trusted_with_its_package(hostile: Hostile, tmp_path: Path) -> None:
    assert not is_trusted("test.hostile")
    TinyScenario.params_from_dict(stored())
    assert is_trusted("test.hostile")


@pytest.mark.parametrize("scenario_id", ["evil.scenario", "evil.scenario:Evil"])
def test_a_trusted_scenario_is_found_in_the_working_directory(hostile: Hostile, scenario_id: str) -> None:
    trust_package("evil")
    with pytest.raises(UserError, match="no scenario|not a scenario"):  # it runs, but it is none
        ScenarioBase.from_dict(stored(scenario_id=scenario_id))
    assert hostile.marker.exists()


def test_a_scenario_of_the_main_module_is_found(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    main = types.ModuleType("__main__")
    main.TinyScenario = TinyScenario  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert ScenarioBase.from_dict(stored(scenario_id="__main__:TinyScenario"))[0] is TinyScenario


# ---------------------------------------------------------------- files
OUTSIDE = ["..", "../x", "a/../../x", "/tmp/x", "~/x", "..\\x", "C:\\x", "C:x", "\\\\host\\x", "x\0", 7, ["x"]]
SCENARIO_FIELDS = [
    *["default_serve_dir", "additional_serve_dir", "net_config_filename"],
    *["trainer_params_filename", "scenario_params_filename"],
]


@pytest.mark.parametrize("value", OUTSIDE)
@pytest.mark.parametrize("field", SCENARIO_FIELDS)
def test_names_of_a_model_directory_stay_inside(field: str, value: Any) -> None:
    for params in (stored(**{field: value}), stored(**{field: value})["scenario"]):
        with pytest.raises(UserError, match=field):
            check_stored_params(params, "file.json")
    with pytest.raises(UserError, match=field):
        ScenarioBase.from_dict(stored(**{field: value}))


@pytest.mark.parametrize("value", OUTSIDE)
@pytest.mark.parametrize("field", ["checkpoint_sub_dir", "saved_checkpoint_sub_dir", "early_stopping.best_model_name"])
def test_names_of_a_run_stay_inside(field: str, value: Any) -> None:
    params = stored()
    *parents, name = field.split(".")
    (params[parents[0]] if parents else params)[name] = value
    with pytest.raises(UserError, match=field):
        Trainer.parse_trainer_params(params)


def test_names_of_existing_programs_are_inside() -> None:
    names = {
        "default_serve_dir": "best.ckpt",
        "trainer_params_filename": "best.ckpt.json",
        "additional_serve_dir": "a/b",
    }
    params = {**stored(**names), "checkpoint_sub_dir": "checkpoint/checkpoint_{epoch:04d}"}
    params["early_stopping"]["best_model_name"] = ""
    check_stored_params(params)


@pytest.mark.parametrize("field", SCENARIO_FIELDS)
def test_an_export_writes_nothing_outside(tmp_path: Path, field: str) -> None:
    params = TinyScenario.default_params()
    setattr(params, field, "../outside")
    with pytest.raises(UserError, match=field):
        ModelDirectoryWriter(TinyScenario(params)).write(str(tmp_path / "export"))
    assert not list(tmp_path.iterdir())


def fill_in(pattern: str) -> str:
    params = TinyScenario.default_trainer_params()
    params.checkpoint_sub_dir = pattern
    return checkpoint_sub_dir(params, 3)


@pytest.mark.parametrize(
    "pattern", ["../{epoch}", "/tmp/{epoch}", "{epoch.__class__}", "{epoch:>999999999}", "{epoch!r}", "{0}", "{", "~/x"]
)
def test_a_checkpoint_is_written_inside(pattern: str) -> None:
    with pytest.raises(UserError, match="checkpoint_sub_dir"):
        fill_in(pattern)


@pytest.mark.parametrize(
    ("pattern", "folder"),
    [("checkpoint/checkpoint_{epoch:04d}", "checkpoint/checkpoint_0003"), ("c{epoch}", "c3"), ("c", "c")],
)
def test_patterns_of_checkpoints_are_filled_in(pattern: str, folder: str) -> None:
    assert fill_in(pattern) == folder


@pytest.mark.parametrize("depth", [101, 300, 900])
def test_a_file_that_is_nested_too_deeply_is_a_message(tmp_path: Path, depth: int) -> None:
    nested = '{"a": [' * (depth // 2) + "1" + "]}" * (depth // 2)
    text = json.dumps(stored(deep="@")).replace('"@"', nested)
    (tmp_path / "trainer_params.json").write_text(text)
    with pytest.raises(UserError, match="nested too deeply|cannot be read"):
        ScenarioBase.from_path(str(tmp_path))


def test_an_abstract_class_is_a_message() -> None:
    params = stored()
    del params["scenario"]["data"]["pre_proc"]["__cls__"]
    with pytest.raises(UserError, match="data.pre_proc.__cls__"):
        ScenarioBase.from_dict(params)


@pytest.mark.parametrize("place", ["scenario.data", "gen.setup", "gen.setup.train", "gen.setup.train.batch_size"])
def test_null_where_a_value_is_needed_is_a_message(place: str) -> None:
    params = json.loads((ROOT / "test" / "fixtures" / "params" / "v2_trainer_params.json").read_text())
    *parents, last = place.split(".")
    node = params
    for name in parents:
        node = node[name]
    assert last in node
    node[last] = None
    with pytest.raises(UserError, match="null"):
        Trainer.parse_trainer_params(params)


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a": ' * 200_000, '{"a": ' + "9" * 10_000 + "}"])
def test_a_file_that_overtaxes_the_reader_is_a_message(tmp_path: Path, text: str) -> None:
    (tmp_path / "trainer_params.json").write_text(text)
    with pytest.raises(UserError, match="trainer_params.json"):
        ScenarioBase.from_path(str(tmp_path))


# ---------------------------------------------------------------- resources
@dataclasses.dataclass
class Holder:
    resource: Any


@pytest.fixture
def model_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "resources").mkdir(parents=True)
    (folder / "resources" / "chars.txt").write_text("abc")
    (folder / "trainer_params.json").write_text("{}")
    (tmp_path / "secret").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "parent").symlink_to(tmp_path)
    (folder / "with_links").mkdir()
    (folder / "with_links" / "inner").symlink_to(tmp_path)
    (folder / "inside").symlink_to(folder / "resources" / "chars.txt")
    return folder


def check(model_dir: Path, path: str) -> None:
    params = Holder([{"key": Resource(path)}])
    check_resources_inside(params, str(model_dir), str(model_dir / "trainer_params.json"))


@pytest.mark.parametrize(
    "path", ["../secret", "resources/../../secret", "~/secret", "link", "parent/secret", "with_links"]
)
def test_a_resource_lies_in_the_model_directory(model_dir: Path, path: str) -> None:
    with pytest.raises(UserError, match="leads out of the model directory"):
        check(model_dir, path)


@pytest.mark.parametrize("path", ["resources/chars.txt", "resources", "inside"])
def test_resources_of_the_model_directory_are_read(model_dir: Path, path: str) -> None:
    check(model_dir, path)
    check(model_dir, str(model_dir.parent / "secret"))  # that of a run may lie anywhere


def test_the_links_of_a_cache_of_models_are_followed(tmp_path: Path) -> None:
    (tmp_path / "blobs").mkdir()
    (tmp_path / "snapshot" / "resources").mkdir(parents=True)
    for name in ("trainer_params.json", "resources/chars.txt"):
        blob = tmp_path / "blobs" / name.replace("/", "_")
        blob.write_text("{}")
        (tmp_path / "snapshot" / name).symlink_to(blob)
    check(tmp_path / "snapshot", "resources/chars.txt")


@pytest.mark.parametrize("key", ["../../../outside", "/tmp/tfaip_outside"])
def test_a_resource_is_exported_into_the_export(model_dir: Path, key: str) -> None:
    manager = ResourceManager(str(model_dir))
    manager.register_all(Holder({key: Resource("resources/chars.txt")}))
    before = os.listdir(model_dir.parent)
    with pytest.raises(UserError, match="leads out"):
        manager.dump(str(model_dir.parent / "export"))
    assert os.listdir(model_dir.parent) == before
    assert not Path("/tmp/tfaip_outside").exists()


def test_resources_are_checked_when_a_model_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tfaip.scenario import scenariobase

    seen = []
    monkeypatch.setattr(scenariobase, "check_resources_inside", lambda *args, **kwargs: seen.append(args))
    path = write(tmp_path / "trainer_params.json", stored())
    ScenarioBase.from_path(path)
    TinyScenario.params_from_path(path)
    assert [args[1:] for args in seen] == [(str(tmp_path), path)] * 2


def test_a_parameter_file_with_a_key_twice_is_refused(tmp_path):
    path = tmp_path / "trainer_params.json"
    path.write_text('{"epochs": 3, "scenario": {"scenario_id": "a:B"}, "epochs": 4}')
    with pytest.raises(UserError) as caught:
        read_params_dict(str(path))
    assert (caught.value.where, caught.value.got) == (str(path), "the key epochs is given twice")


@pytest.mark.parametrize(
    ("params", "got", "has_hint"),
    [
        ({"tfaip_schema": 2}, "no field", False),
        ({"tfaip_schema": 2, "epochs": 3}, "the fields epochs", False),
        ({"tfaip_schema": 2, "trainer": {"epochs": 3}}, "the fields trainer", True),
    ],
)
def test_a_file_without_scenario_is_told_by_its_fields(params, got, has_hint):
    with pytest.raises(UserError) as caught:
        scenario_dict(params, "file")
    assert caught.value.got == got
    assert ("--config" in (caught.value.hint or "")) == has_hint
