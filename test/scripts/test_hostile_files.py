# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Every program that reads a file: nothing runs that the file names, unless the user trusts it."""

import copy
import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from test.conftest import MODEL_1_2, ROOT
from test.hostile import Hostile
from test.params.tree import Special
from tfaip.params.config.entry import Entry
from tfaip.params.config.leafvalue import read_value
from tfaip.params.fieldtypes import FieldSpec, type_spec
from tfaip.scripts import (
    adapt_exported_model,
    evaluate,
    export,
    lav,
    lav_multi,
    predict,
    resume_training,
    train,
    train_from_params,
)
from tfaip.util.errors import UserError
from tfaip.util.trust import trusted_packages

STORED = json.loads((ROOT / "test" / "fixtures" / "params" / "v2_trainer_params.json").read_text())
PROGRAMS: dict[str, tuple[Callable[[list[str]], Any], Callable[[Path], list[str]]]] = {
    "lav": (lav.main, lambda file: ["--export_dir", str(file.parent)]),
    "lav_multi": (lav_multi.main, lambda file: ["--export_dirs", str(file.parent), str(file.parent)]),
    "predict": (predict.main, lambda file: ["--export_dir", str(file)]),
    "export": (export.main, lambda file: [str(file.parent), "--output", str(file.parent.parent / "new")]),
    "adapt_exported_model": (adapt_exported_model.main, lambda file: [str(file.parent), "--overwrite"]),
    "train_from_params": (train_from_params.main, lambda file: [str(file)]),
    "resume_training": (resume_training.main, lambda file: [str(file.parent)]),
}


def at(*path: Any) -> Callable[[dict, str], None]:
    """Return what puts a name of a class at a place of the parameters."""

    def put(tree: dict, name: str) -> None:
        for key in path[:-1]:
            tree = tree[key]
        tree[path[-1]] = name

    return put


def put_dict(tree: dict, name: str) -> None:
    tree["scenario"]["data"]["unknown"] = {"some": [{"deep": {"__cls__": name}}]}


PLACES = {
    "root": at("__cls__"),
    "scenario": at("scenario", "__cls__"),
    "nested": at("optimizer", "__cls__"),
    "in a list": at("scenario", "data", "pre_proc", "processors", 0, "__cls__"),
    "in a dict that nobody knows": put_dict,
    "scenario_id": at("scenario", "scenario_id"),
}
NAMES = [
    *["evil:Evil", "evil.inner:Evil", "evil_module:Evil", "evil_space.inner:Evil", "examples.evil:Evil"],
    *["evil.scenario:Evil", "antigravity:x", "os:system", "builtins:exec", "subprocess:Popen", "../evil:Evil", "evil"],
    *["evil.__main__:X", "", 7],
]


def write(folder: Path, put: Callable[[dict, str], None], name: Any) -> Path:
    tree = copy.deepcopy(STORED)
    put(tree, name)
    file = folder / "trainer_params.json"
    folder.mkdir(exist_ok=True)
    file.write_text(json.dumps(tree))
    return file


def assert_refused(hostile: Hostile, program: str, file: Path) -> None:
    main, args = PROGRAMS[program]
    before = set(sys.modules)
    with pytest.raises(UserError) as error:
        main(args(file))
    hostile.assert_nothing_ran()
    assert not {"antigravity", "this"} & (set(sys.modules) - before)
    assert str(file.parent) in str(error.value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", PLACES)
def test_nothing_runs_that_a_file_names(hostile: Hostile, search: str, tmp_path: Path, place: str, name: Any) -> None:
    assert_refused(hostile, "lav", write(tmp_path / "model", PLACES[place], name))


@pytest.mark.parametrize("name", ["evil.inner:Evil", "evil_module:Evil", "antigravity:x"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_no_program_runs_what_a_file_names(
    hostile: Hostile, tmp_path: Path, program: str, place: str, name: str
) -> None:
    sys.path.insert(0, str(hostile.path))
    assert_refused(hostile, program, write(tmp_path / "model", PLACES[place], name))


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_ends_with_code_2_and_one_message_before_tensorflow_is_imported(
    hostile: Hostile, tmp_path: Path, program: str
) -> None:
    file = write(tmp_path / "model", PLACES["scenario_id"], "evil.scenario:Evil")
    code = (
        "import sys, atexit\n"
        f"from tfaip.scripts import {program} as program\n"
        "atexit.register(lambda: print('tensorflow' in sys.modules or 'keras' in sys.modules))\n"
        "program.run()\n"
    )
    # an empty entry of PYTHONPATH is the working directory
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{MODEL_1_2}{os.pathsep}"}
    result = subprocess.run(
        [sys.executable, "-c", code, *PROGRAMS[program][1](file)],
        cwd=hostile.path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2, result.stderr
    assert result.stdout == "False\n"
    assert result.stderr.count("error: ") == 1
    assert "Traceback" not in result.stderr
    assert f"--trust evil, or first export PYTHONPATH={hostile.path}" in result.stderr
    assert not hostile.marker.exists()


@pytest.mark.parametrize("name", ["evil:Evil", "evil.inner:Evil", "evil_module:Evil", "os:system", "antigravity:x"])
@pytest.mark.parametrize("place", ["optimizer", "trainer.optimizer", "trainer.scenario.data.pre_proc"])
@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_nothing_runs_that_a_configuration_names(
    hostile: Hostile, search: str, tmp_path: Path, suffix: str, place: str, name: str
) -> None:
    if suffix == "yaml":
        pytest.importorskip("yaml")
    file = tmp_path / f"config.{suffix}"
    file.write_text(json.dumps({place: {"__cls__": name}}))
    with pytest.raises(UserError, match=f"config.{suffix}"):
        train.run_args(["waves.scenario", "--config", str(file), "--trainer.epochs", "0"])
    hostile.assert_nothing_ran()


@pytest.fixture
def unpacked(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the directory above be on PYTHONPATH, and return the package that the working directory is there."""
    monkeypatch.setenv("PYTHONPATH", str(hostile.path.parent), prepend=os.pathsep)
    sys.path.insert(0, str(hostile.path.parent))
    return hostile.path.name


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_model_below_pythonpath_does_not_bring_its_code(
    hostile: Hostile, unpacked: str, program: str, place: str
) -> None:
    assert_refused(hostile, program, write(hostile.path, PLACES[place], f"{unpacked}.evil.inner:Evil"))


@pytest.mark.parametrize("place", ["trainer.optimizer", "trainer.scenario.data.pre_proc.processors"])
def test_a_configuration_below_pythonpath_does_not_bring_its_code(hostile: Hostile, unpacked: str, place: str) -> None:
    chosen = {"__cls__": f"{unpacked}.evil.inner:Evil"}
    file = hostile.path / "config.json"
    file.write_text(json.dumps({place: [chosen] if place.endswith("s") else chosen}))
    with pytest.raises(UserError, match="lies in its own directory"):
        train.run_args(["waves.scenario", "--config", str(file)])
    hostile.assert_nothing_ran()


def test_a_value_below_pythonpath_does_not_bring_its_code(hostile: Hostile, unpacked: str) -> None:
    file = str(hostile.path / "config.json")
    name = Entry(f"{unpacked}.evil.inner:Evil", file, 1)
    entry = Entry([Entry({"__cls__": name}, file, 1)], file, 1)
    spec = FieldSpec("specials", type_spec(list[Special | int]), dataclasses.field())
    with pytest.raises(UserError, match="lies in its own directory"):
        read_value(spec, entry, dataclasses.MISSING)
    hostile.assert_nothing_ran()


def test_a_configuration_names_classes_of_parameters_only(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"trainer.optimizer": {"__cls__": "tfaip.data.pipeline.definitions:Sample"}}))
    with pytest.raises(UserError, match="is no class of parameters"):
        train.run_args(["waves.scenario", "--config", str(file)])


def test_a_yaml_configuration_makes_no_objects(hostile: Hostile, tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    file = tmp_path / "config.yaml"
    file.write_text(f"trainer: !!python/object/apply:os.system ['touch {hostile.marker}']\n")
    with pytest.raises(UserError):
        train.run_args(["waves.scenario", "--config", str(file)])
    hostile.assert_nothing_ran()


@pytest.mark.parametrize("program", [*PROGRAMS.values(), (evaluate.main, None)], ids=[*PROGRAMS, "evaluate"])
def test_trust_adds_packages(hostile: Hostile, tmp_path: Path, program: Any) -> None:
    main, args = program
    required = args(tmp_path / "no" / "file.json") if args else ["--prediction", "x", "--scenario", "x"]
    with pytest.raises(UserError):
        main([*required, "--trust", "evil", "another", "--trust", "third.part"])
    assert {"evil", "another", "third.part"} <= set(trusted_packages())


@pytest.mark.parametrize("program", ["train_from_params", "resume_training"])
def test_the_positional_argument_may_follow_trust(hostile: Hostile, tmp_path: Path, program: str) -> None:
    file = write(tmp_path / "model", PLACES["scenario_id"], "evil_module:Evil")
    main, args = PROGRAMS[program]
    with pytest.raises(UserError, match="--trust evil_module"):
        main(["--trust", "evil", *args(file)])
    hostile.assert_nothing_ran()


def test_only_names_of_packages_can_be_trusted(hostile: Hostile, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not the name of a package"):
        lav.main(["--export_dir", str(tmp_path), "--trust", "../evil"])


# ---------------------------------------------------------------- let in, in processes of their own
@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a working directory with a scenario and a model of it; tfaip is found elsewhere."""
    folder = tmp_path_factory.mktemp("local")
    (folder / "lib").mkdir()
    (folder / "lib" / "tfaip").symlink_to(ROOT / "tfaip")
    package = folder / "cwd" / "localtiny"
    package.mkdir(parents=True)
    for file in (ROOT / "test" / "tinyscenario").glob("*.py"):
        (package / file.name).write_text(file.read_text().replace("test.tinyscenario", "localtiny"))
    code = "from localtiny.scenario import export_model\nexport_model('model', seed=1, with_trainer_params=True)"
    run(folder, [sys.executable, "-c", code])
    return folder


def run(local: Path, command: list[str], code: int = 0, pythonpath: str = "") -> str:
    env = {**os.environ, "PYTHONPATH": f"{local / 'lib'}{os.pathsep}{pythonpath}"}
    result = subprocess.run(
        command, cwd=local / "cwd", env=env, capture_output=True, text=True, timeout=600, check=False
    )
    assert result.returncode == code, result.stderr
    return result.stderr


def program(name: str) -> list[str]:
    # as a console script: the working directory is not on sys.path
    return [sys.executable, "-P", "-c", f"from tfaip.scripts.{name} import run; run()"]


@pytest.mark.slow
def test_a_model_of_a_local_scenario_needs_trust(local: Path) -> None:
    args = ["--export_dir", "model", "--data.n", "3", "--pipeline.num_processes", "2"]
    message = run(local, [*program("predict"), *args], code=2)
    assert f"--trust localtiny, or first export PYTHONPATH={local / 'cwd'}" in message
    run(local, [*program("predict"), *args, "--trust", "localtiny"])
    run(local, [*program("lav"), *args], pythonpath=str(local / "cwd"))


@pytest.mark.slow
def test_a_scenario_on_the_command_line_is_trusted_with_its_package(local: Path) -> None:
    config = local / "config.json"
    config.write_text(json.dumps({"train": {"__cls__": "localtiny.params:TinyGeneratorParams", "n": 40}}))
    words = [
        "localtiny.scenario:TinyScenario",
        "--config",
        str(config),
        "--trainer.epochs",
        "1",
        "--trainer.output_dir",
        "run",
    ]
    run(local, [*program("train"), *words])
    run(local, [*program("resume_training"), "run", "--trainer.epochs", "2"], code=2)
    run(local, [*program("resume_training"), "--trust", "localtiny", "run", "--trainer.epochs", "2"])
