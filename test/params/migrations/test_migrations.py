# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameter files of every version are read for ever, those of a later one are refused."""

import copy
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from test.conftest import FIXTURES
from tfaip.params.codec import save_params
from tfaip.params.migrations import MIGRATIONS, SCHEMA_KEY, SCHEMA_VERSION, migrate
from tfaip.scenario.paramsfile import read_params_dict
from tfaip.util.errors import UserError

FILES = sorted((FIXTURES / "params").glob("v*_*.json"))
PIPELINE = "tfaip.data.databaseparams:DataPipelineParams"
LOCAL = "tfaip.scenario.scenariobase:LocalTrainerParams"


def load(name: str) -> dict[str, Any]:
    return json.loads((FIXTURES / "params" / name).read_text())


def version_of(path: Path) -> int:
    match = re.match(r"v(\d+)_", path.name)
    assert match is not None
    return int(match.group(1))


def test_each_version_has_files_of_a_training_and_of_a_scenario() -> None:
    """A new version of the schema needs fixtures of its own: written once, never edited."""
    expected = {f"v{n}_{kind}_params.json" for n in range(1, SCHEMA_VERSION + 1) for kind in ("trainer", "scenario")}
    assert {path.name for path in FILES} == expected


def test_each_version_has_migrations_to_the_next() -> None:
    assert {(m.from_version, m.to_version) for m in MIGRATIONS} == {(n, n + 1) for n in range(1, SCHEMA_VERSION)}
    assert len({m.name for m in MIGRATIONS}) == len(MIGRATIONS)
    assert all(m.description.endswith(".") for m in MIGRATIONS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_of_each_version_become_files_of_this_version(path: Path) -> None:
    stored = json.loads(path.read_text())
    assert stored.get(SCHEMA_KEY, 1) == version_of(path)
    before = copy.deepcopy(stored)
    migrated = migrate(stored)
    assert stored == before, "the argument is not changed"
    assert migrated[SCHEMA_KEY] == SCHEMA_VERSION
    assert next(iter(migrated)) == SCHEMA_KEY
    assert migrate(migrated) == migrated
    without_key = {key: value for key, value in migrated.items() if key != SCHEMA_KEY}
    assert migrate(without_key) == migrated, "trees of today without a version are left alone"


def test_trainer_parameters_get_a_class_that_exists() -> None:
    assert migrate(load("v1_trainer_params.json"))["__cls__"] == "tfaip.trainer.params:TrainerParams"
    assert migrate({"inner": [{"__cls__": LOCAL}]})["inner"][0]["__cls__"] == "tfaip.trainer.params:TrainerParams"
    assert migrate({"__cls__": "my.params:TrainerParams"})["__cls__"] == "my.params:TrainerParams"


def test_modes_are_sorted_and_other_lists_are_not() -> None:
    (processor,) = migrate(load("v1_trainer_params.json"))["scenario"]["data"]["pre_proc"]["processors"]
    assert processor["modes"] == ["evaluation", "prediction", "targets", "training"]
    own: dict[str, Any] = {"modes": ["slow", "fast"], "names": ["b", "a"], "__cls__": "my.params:Engine"}
    assert migrate({"engine": own})["engine"] == own


def test_pipelines_get_the_error_policy_they_had() -> None:
    train = migrate(load("v1_trainer_params.json"))["gen"]["setup"]["train"]
    assert train["sample_errors"] == "raise"
    assert list(train)[-1] == "__cls__"
    assert migrate({"p": {"sample_errors": "skip", "__cls__": PIPELINE}})["p"]["sample_errors"] == "skip"


def test_best_value_that_is_not_a_number_is_forgotten() -> None:
    assert migrate({"early_stopping": {"current": math.nan}})["early_stopping"]["current"] is None
    assert migrate({"early_stopping": {"current": 0.5}})["early_stopping"]["current"] == 0.5


def test_rmsprop_keeps_the_rho_of_its_file() -> None:
    optimizer = {"rho": 0.0, "__cls__": "tfaip.trainer.optimizer.optimizers:RMSpropOptimizer"}
    assert migrate({"optimizer": optimizer})["optimizer"] == optimizer


def test_file_of_a_later_version_is_refused_with_both_versions(tmp_path: Path) -> None:
    (tmp_path / "trainer_params.json").write_text(
        json.dumps({SCHEMA_KEY: SCHEMA_VERSION + 1, "scenario": {"tfaip_version": "9.1"}})
    )
    with pytest.raises(UserError) as caught:
        read_params_dict(str(tmp_path))
    message = str(caught.value)
    for part in (f"tfaip_schema {SCHEMA_VERSION} or less", f"tfaip_schema {SCHEMA_VERSION + 1}", "tfaip 9.1"):
        assert part in message
    assert str(tmp_path / "trainer_params.json") in message


@pytest.mark.parametrize("version", ["2", 2.0, True, None, 0, -1])
def test_version_that_is_no_version_is_refused(version: Any) -> None:
    with pytest.raises(UserError, match=r"tfaip_schema(.|\n)*where:    file.json"):
        migrate({SCHEMA_KEY: version}, "file.json")


def test_written_files_carry_the_version_first(tmp_path: Path) -> None:
    save_params(tmp_path / "p.json", {"epochs": 3, SCHEMA_KEY: 1})
    assert json.loads((tmp_path / "p.json").read_text()) == {"tfaip_schema": SCHEMA_VERSION, "epochs": 3}
    assert (tmp_path / "p.json").read_text().startswith('{\n  "tfaip_schema"')


def test_migrations_run_in_the_order_of_their_versions() -> None:
    from tfaip.params.migrations import Migration
    from tfaip.params.migrations.registry import chain

    migrations = [Migration(name, v, v + 1, "", lambda d: None) for name, v in (("c", 2), ("a", 1), ("b", 1), ("d", 3))]
    assert [m.name for m in chain(1, 3, migrations)] == ["a", "b", "c"]
    assert [m.name for m in chain(3, 4, migrations)] == ["d"]
