# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A new scenario has the names that its user chose, and learns at once; nothing is hidden or overwritten."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tfaip.scenario.scenariobase import import_scenario
from tfaip.scripts import new
from tfaip.scripts.newscenario.template import TEMPLATES, read_template
from tfaip.util.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
# the more frequent class of the validation data, rounded up
BASELINES = {"general": 0.56, "listfile": 0.60}


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def texts_below(folder):
    return {path.name: path.read_text() for path in Path(folder).iterdir() if path.is_file()}


@pytest.mark.parametrize("template", TEMPLATES)
def test_all_names_are_those_of_the_new_scenario(template):
    assert new.main(["line_reader", "--template", template]) == 0
    texts = texts_below("line_reader")
    assert set(texts) == set(read_template(template))
    for filename, text in texts.items():
        assert not [word for word in ("Template", '"template"', "myscenario", "Copyright") if word in text], filename
    assert "class LineReaderScenario(" in texts["scenario.py"]
    assert "tfaip-train line_reader" in texts["README.md"]


def test_every_template_is_offered():
    folders = {path.parent.name for path in (ROOT / "templates").glob("*/scenario.py")}
    assert folders == set(TEMPLATES)


def test_nothing_in_a_new_scenario_is_imported_in_vain():
    for template in TEMPLATES:
        new.main([f"scenario_of_{template}", "--template", template])
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F", "."]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_new_scenario_learns_its_toy_task(template, monkeypatch, tmp_path):
    name = f"fresh_{template}"
    assert new.main([name, "--template", template, "--output_dir", "folder/of/mine"]) == 0
    monkeypatch.syspath_prepend(tmp_path / "folder" / "of" / "mine")
    scenario = import_scenario(name)
    assert scenario.default_params().scenario_id.startswith(f"{name}.scenario:Fresh")
    params = scenario.default_trainer_params()
    params.epochs = 4
    params.random_seed = 1
    params.scenario.data.pre_proc.run_parallel = False
    logs = scenario.create_trainer(params).train()
    assert logs["val_acc"] > BASELINES[template] + 0.1


def test_the_commands_to_go_on_with_are_those_of_its_readme(capsys):
    new.main(["reader", "--output_dir", "my folder"])
    printed = capsys.readouterr().out
    assert "  cd 'my folder'\n" in printed
    assert "tfaip-train reader --trainer.output_dir models/reader" in printed
    assert "tfaip-lav --export_dir models/reader/best" in printed


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("my-task", "try: *my_task"),
        ("2d", "try: *my_2d"),
        ("class", "try: *my_class"),
        ("größe", "letters a to z"),
        ("", "letters a to z"),
        ("_", "letters a to z"),
        ("a.b", "try: *a_b"),
        ("__main__", "letters a to z"),
        ("sub/reader", "tfaip-new reader --output_dir sub"),
        ("numpy", "belongs to a module"),
        ("json", "a module of Python itself"),
        ("tfaip", "belongs to a module"),
        ("data", "DataGenerator, "),
        ("x" * 300, "letters a to z"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_with_what_to_do(name, message, tmp_path):
    with pytest.raises(UserError, match=message):
        new.main([name])
    assert os.listdir(tmp_path) == []


def test_classes_do_not_get_names_of_the_framework():
    with pytest.raises(UserError, match="ListFileScenario"):
        new.main(["list_file", "--template", "listfile"])
    assert new.main(["list_file"]) == 0


@pytest.mark.parametrize("taken", ["reader", "reader.py"])
def test_what_is_there_already_stays(taken, tmp_path):
    (tmp_path / taken).write_text("mine")
    with pytest.raises(UserError, match=f"{taken} is there already"):
        new.main(["reader"])
    assert (tmp_path / taken).read_text() == "mine"
    assert os.listdir(tmp_path) == [taken]


def test_an_unknown_template_is_answered_with_those_there_are():
    with pytest.raises(UserError, match="general"):
        new.main(["reader", "--template", "generl"])


def test_a_file_is_no_folder_for_a_scenario(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UserError, match="no folder"):
        new.main(["reader", "--output_dir", "file"])


def test_what_fails_half_way_leaves_nothing(tmp_path, monkeypatch):
    from tfaip.scripts.newscenario import template

    def full(name):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(template, "_toy_data_module", full)
    with pytest.raises(OSError, match="No space"):
        new.main(["reader", "--template", "listfile"])
    assert os.listdir(tmp_path) == []


def test_missing_templates_are_told(monkeypatch, tmp_path):
    import tfaip

    monkeypatch.setattr(tfaip, "__file__", str(tmp_path / "site" / "tfaip" / "__init__.py"))
    with pytest.raises(UserError, match="install it again"):
        new.main(["reader"])


@pytest.mark.slow
def test_the_wheel_brings_the_templates(tmp_path):
    """The program works with nothing but what is in the wheel."""
    source = tmp_path / "source"
    source.mkdir()
    for name in ("tfaip", "templates"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", str(tmp_path), str(source)], check=True)
    (wheel,) = tmp_path.glob("tfaip-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    shutil.rmtree(source)
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    for template in TEMPLATES:
        command = [sys.executable, "-m", "tfaip.scripts.new", f"new_{template}", "--template", template]
        subprocess.run(command, cwd=tmp_path, env=env, check=True)
        assert (tmp_path / f"new_{template}" / "scenario.py").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("template", TEMPLATES)
def test_the_commands_of_the_readme_run(template, tmp_path):
    new.main(["reader", "--template", template])
    lines = (tmp_path / "reader" / "README.md").read_text().split("```bash\n")[1].split("```")[0].splitlines()
    programs = {"tfaip-train": "train", "tfaip-lav": "lav", "tfaip-predict": "predict"}
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    for line in lines[1:]:
        program, *arguments = line.split("#")[0].split()
        command = [sys.executable, *arguments]
        if program != "python":
            command = [sys.executable, "-m", f"tfaip.scripts.{programs[program]}", *arguments]
        subprocess.run(command, cwd=tmp_path, env=env, check=True)
