# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A scenario is found by its package, module or class; a wrong name tells what was found instead."""

import importlib
import inspect
import logging
import sys
from pathlib import Path

import pytest

from tfaip.scenario.importing import import_scenario, is_importable
from tfaip.util.errors import UserError


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "somepackage"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "two.py").write_text(
        "from tfaip.scenario.scenariobase import ScenarioBase\n"
        "class FirstScenario(ScenarioBase): pass\n"
        "class SecondScenario(ScenarioBase): pass\n"
    )
    (folder / "broken.py").write_text("import a_module_that_is_not_there\n")
    for name in [name for name in sys.modules if name.partition(".")[0] == "somepackage"]:
        monkeypatch.delitem(sys.modules, name)
    return folder


@pytest.mark.parametrize("name", ["waves", "waves.scenario", "waves/scenario", "waves.scenario:WaveScenario", "waves/"])
def test_scenario_is_found_by_package_module_and_class(name: str) -> None:
    from waves.scenario import WaveScenario

    assert import_scenario(name) is WaveScenario


@pytest.mark.parametrize(
    ("older", "today"),
    [
        ("tutorial.min", "examples.tutorial.min.scenario"),
        ("tutorial.full", "examples.tutorial.full.scenario"),
        ("tfaip.scenario.tutorial.full", "examples.tutorial.full.scenario"),
        ("tfaip.scenario.tutorial.full.scenario", "examples.tutorial.full.scenario"),
        ("tfaip.scenario.tutorial.full.scenario:TutorialScenario", "examples.tutorial.full.scenario"),
        ("tfaip/scenario/tutorial/full", "examples.tutorial.full.scenario"),
    ],
)
def test_tutorials_are_found_by_the_names_of_older_documents(
    older: str, today: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert is_importable(older)
    assert import_scenario(older).__module__ == today
    assert caplog.messages[0].startswith(f"{older.partition(':')[0]} is examples.tutorial.")


def test_own_package_of_an_older_name_comes_first(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))  # the working directory is added
    (package.parent / "tutorial").mkdir()
    (package.parent / "tutorial" / "__init__.py").write_text("")
    with pytest.raises(UserError, match="no module tutorial.full"):
        import_scenario("tutorial.full")
    for name in [name for name in sys.modules if name.partition(".")[0] == "tutorial"]:
        del sys.modules[name]


def test_misspelt_module_gets_a_suggestion() -> None:
    with pytest.raises(UserError, match=r"no module waves.szenario(.|\n)*Did you mean scenario"):
        import_scenario("waves.szenario")


def test_misspelt_package_names_the_working_directory(package: Path) -> None:
    with pytest.raises(UserError, match="Did you mean somepackage") as error:
        import_scenario("somepakage")
    assert str(package.parent) in str(error.value)


def test_misspelt_class_lists_the_scenarios_of_the_module() -> None:
    with pytest.raises(UserError, match="got: +WaveScenario"):
        import_scenario("waves.scenario:WavesScenario")


def test_class_that_is_no_scenario_is_refused() -> None:
    with pytest.raises(UserError, match="no scenario class WaveEvaluator"):
        import_scenario("waves.scenario:WaveEvaluator")


def test_several_scenarios_must_be_chosen_from(package: Path) -> None:
    with pytest.raises(UserError, match="FirstScenario, SecondScenario"):
        import_scenario("somepackage.two")
    assert import_scenario("somepackage.two:SecondScenario").__name__ == "SecondScenario"


def test_package_without_scenario_tells_its_modules(package: Path) -> None:
    with pytest.raises(UserError, match="the modules broken, two"):
        import_scenario("somepackage")


def test_missing_import_of_a_scenario_is_named_with_its_line(package: Path) -> None:
    with pytest.raises(UserError, match=r"'a_module_that_is_not_there'(.|\n)*broken.py, line 1"):
        import_scenario("somepackage.broken")


@pytest.mark.parametrize("name", ["", "..", ":", "a b"])
def test_nonsense_is_no_scenario(name: str) -> None:
    with pytest.raises(UserError):
        import_scenario(name)


def test_importable_names_are_told_from_values() -> None:
    assert is_importable("waves.scenario:WaveScenario")
    assert not is_importable("200")
    assert not is_importable("MLP")


def test_package_in_the_working_directory_is_not_hidden_by_an_installed_one(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "site" / "somepackage"
    installed.mkdir(parents=True)
    (installed / "__init__.py").write_text("")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site"), *sys.path])
    monkeypatch.delitem(sys.modules, "somepackage", raising=False)
    monkeypatch.delitem(sys.modules, "somepackage.two", raising=False)
    importlib.invalidate_caches()
    scenario = import_scenario("somepackage.two:SecondScenario")
    assert inspect.getfile(scenario) == str(package / "two.py")
