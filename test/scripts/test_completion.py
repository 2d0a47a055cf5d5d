# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The shell completes scenarios, flags and choices, quickly and silently."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tfaip.params.completion.cache import cache_directory
from tfaip.scripts.completion import scenarionames, trees
from tfaip.scripts.completion.finder import answer
from tfaip.scripts.paramscommands.completion import programs

ROOT = Path(__file__).resolve().parents[2]
TINY = "test.tinyscenario.scenario:TinyScenario"
WORDBREAKS = " \t\n\"'><=;|&(:"


@pytest.fixture(scope="module")
def cache_home(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _surroundings(cache_home, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_home))
    monkeypatch.chdir(ROOT)


def protocol(line, output):
    """Return the environment in which the shell asks."""
    return {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_SHELL": "bash",
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_COMP_WORDBREAKS": WORDBREAKS,
        "_ARGCOMPLETE_STDOUT_FILENAME": str(output),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }


@pytest.fixture
def tab(tmp_path, monkeypatch, capfd):
    """Return what is offered at the end of a line, in this process."""

    def leave(code):
        raise SystemExit(code)

    def press(line, program="train", code=0):
        output = tmp_path / "completions"
        output.unlink(missing_ok=True)
        for key, value in protocol(line, output).items():
            monkeypatch.setenv(key, value)
        with pytest.raises(SystemExit) as end:
            answer(f"tfaip.scripts.{program}", exit_method=leave)
        assert end.value.code == code
        assert capfd.readouterr() == ("", "")
        return [word for word in output.read_text().split("\n") if word]

    return press


def test_scenarios_are_found_by_their_files(tab, tmp_path, monkeypatch):
    assert tab("tfaip-train examples.tut") == ["examples.tutorial.full", "examples.tutorial.min"]
    assert "examples/tutorial/min" in tab("tfaip-train examples/tut")
    assert tab(f"tfaip-train {TINY[:-3]}") == ["TinyScenario"]  # bash breaks words at colons
    (tmp_path / "mine.py").write_text("class Mine(ScenarioBase[A, B]):\n    pass\nraise RuntimeError\n")
    (tmp_path / "other.py").write_text("x = 1\n")
    (tmp_path / "$(no module).py").write_text("class Mine(ScenarioBase):\n    pass\n")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "scenario.py").write_text("class Own(tfaip.ScenarioBase):\n    pass\n")
    monkeypatch.chdir(tmp_path)
    assert {"mine", "package"} <= set(tab("tfaip-train "))
    assert not [name for name in tab("tfaip-train ") if "module" in name]
    assert "other" not in tab("tfaip-train o")
    assert "mine" not in sys.modules


def test_flags_follow_the_choices_of_the_line(tab):
    offered = tab(f"tfaip-train {TINY} --optimizer")
    assert {"--optimizer", "--optimizer.beta_1"} <= set(offered)
    assert "--optimizer.momentum" not in offered
    offered = tab(f"tfaip-train {TINY} --optimizer SGD --optimizer.")
    assert "--optimizer.momentum" in offered and "--optimizer.beta_1" not in offered
    assert "--trainer.epochs" in tab(f"tfaip-train {TINY} ")
    assert "--trainer.epochs" not in tab(f"tfaip-train {TINY} --trainer.epochs 3 --trainer.ep")
    assert "--trainer.optimizer.beta_1" in tab(f"tfaip-train {TINY} --trainer.optimizer.b")
    assert {"--help", "--config", "--show"} <= set(tab(f"tfaip-train {TINY} --"))


def test_flags_follow_the_choices_of_configuration_files(tab, tmp_path):
    (tmp_path / "a.yaml").write_text("optimizer: {__cls__: SGD}\n")
    (tmp_path / "broken.yaml").write_text("optimizer: {")
    offered = tab(f"tfaip-train {TINY} --config {tmp_path}/a.yaml {tmp_path}/broken.yaml {tmp_path}/none --optimizer.")
    assert "--optimizer.momentum" in offered and "--optimizer.beta_1" not in offered
    offered = tab(f"tfaip-train {TINY} --config {tmp_path}/a.yaml --optimizer Adam --optimizer.")
    assert "--optimizer.beta_1" in offered and "--optimizer.momentum" not in offered


def test_choices_and_values_are_offered(tab):
    assert {"Adam", "SGD"} <= set(tab(f"tfaip-train {TINY} --optimizer "))
    assert tab(f"tfaip-train {TINY} --optimizer RMS") == ["RMSprop"]
    assert tab(f"tfaip-train {TINY} --trainer.force_eager ") == ["true", "false"]
    assert tab(f"tfaip-train {TINY} --trainer.force_eager=f") == ["false"]
    assert tab(f"tfaip-train {TINY} --print_config ")[0] == "diff"
    processors = tab(f"tfaip-train {TINY} --data.pre_proc.processors.0.")
    assert "--data.pre_proc.processors.0.factor" in processors


def test_files_are_offered_where_they_can_stand(tab, tmp_path):
    (tmp_path / "a.yaml").write_text("")
    (tmp_path / "folder with blank").mkdir()
    assert tab(f"tfaip-train {TINY} --config {tmp_path}/a") == [f"{tmp_path}/a.yaml"]
    assert tab(f"tfaip-train {TINY} --trainer.output_dir {tmp_path}/f") == [f"{tmp_path}/folder\\ with\\ blank/"]
    assert f"{tmp_path}/a.yaml" not in tab(f"tfaip-lav --export_dir {tmp_path}/", "lav")


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()

    def write(scenario_id):
        (folder / "scenario_params.json").write_text(json.dumps({"scenario_id": scenario_id, "data": {}}))
        return folder

    return write


def test_programs_for_models_know_the_flags_of_their_scenario(tab, model):
    path = model(TINY)
    offered = tab(f"tfaip-lav --export_dir {path} --", "lav")
    assert {"--lav", "--pipeline.batch_size", "--dump", "--data"} <= set(offered)
    assert "--predict.silent" not in offered
    assert tab(f"tfaip-lav --export_dir {path} --lav.sample_errors s", "lav") == ["skip"]
    assert "--pipeline.batch_size" not in tab(f"tfaip-lav --export_dir {path} --lav.batch_size 3 --pipe", "lav")
    assert "--predict" in tab(f"tfaip-predict --export_dir {path} --predict", "predict")


def test_a_file_that_names_code_of_the_working_directory_runs_nothing(tab, model, tmp_path, monkeypatch):
    (tmp_path / "hostile_scenario.py").write_text(
        f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Hostile(ScenarioBase):\n    pass\n"
    )
    monkeypatch.chdir(tmp_path)
    offered = tab(f"tfaip-lav --export_dir {model('hostile_scenario:Hostile')} --", "lav")
    assert "--data" not in offered
    assert not (tmp_path / "ran").exists()


def test_mistakes_lead_to_no_completions(tab, model, tmp_path):
    assert tab("tfaip-train no_such_scenario --trainer.") == []
    assert tab(f"tfaip-lav --export_dir {tmp_path / 'none'} --data.", "lav") == []
    (model(TINY) / "scenario_params.json").write_text("{")
    assert tab(f"tfaip-lav --export_dir {tmp_path / 'model'} --data.", "lav") == []
    (tmp_path / "broken_scenario.py").write_text("class A(ScenarioBase):\n    pass\n")
    assert tab("tfaip-params nothing --", "params") == []


def test_a_scenario_that_cannot_be_imported_is_silent(tab, tmp_path, monkeypatch):
    (tmp_path / "broken_scenario.py").write_text("print('loud')\nclass A(ScenarioBase):\n    pass\n")
    monkeypatch.chdir(tmp_path)
    assert tab("tfaip-train broken_scenario --trainer.") == []


def test_tfaip_params_completes_its_commands(tab):
    assert {"schema", "diff", "completion"} <= set(tab("tfaip-params ", "params"))
    assert tab("tfaip-params completion ", "params") == ["bash", "zsh"]
    assert "--program" in tab("tfaip-params schema --", "params")
    assert "tfaip-lav" in tab("tfaip-params schema --program tfaip-l", "params")
    assert "examples.tutorial.min" in tab("tfaip-params schema examples.tutorial.m", "params")


def test_a_broken_cache_is_rebuilt(tab):
    before = tab(f"tfaip-train {TINY} --optimizer")
    for name in os.listdir(cache_directory()):
        Path(cache_directory(), name).write_text("{")
    assert tab(f"tfaip-train {TINY} --optimizer") == before


def test_a_program_keeps_the_tree_where_completion_is_in_use(tmp_path, monkeypatch):
    from tfaip.scripts.train import create_parser, parse_with

    line = [TINY, "--trainer.output_dir", str(tmp_path)]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    parse_with(create_parser(), line)
    assert not (tmp_path / "other").exists()
    os.makedirs(cache_directory())
    parse_with(create_parser(), line)
    assert len(os.listdir(cache_directory())) == 1
    monkeypatch.setattr(trees, "_compute", lambda *args: pytest.fail("the tree is not computed again"))
    assert trees.tree_of_scenario("tfaip-train", TINY) is not None


LIGHT = """
import sys
from tfaip.scripts.completion.finder import answer
def leave(code):
    raise SystemExit(code)
try:
    answer("tfaip.scripts.train", leave)
except SystemExit as end:
    assert end.code == 0
print([name for name in ("tensorflow", "keras", "numpy", "test.tinyscenario") if name in sys.modules])
"""


def test_the_cache_answers_without_tensorflow_and_scenario(tab, tmp_path):
    line = f"tfaip-train {TINY} --optimizer "
    tab(line)  # fills the cache
    output = tmp_path / "light"
    env = {**os.environ, **protocol(line, output)}
    result = subprocess.run([sys.executable, "-c", LIGHT], env=env, cwd=ROOT, capture_output=True, text=True)
    assert (result.stdout.strip(), result.stderr) == ("[]", "")
    assert "RMSprop" in output.read_text().split("\n")


def test_the_program_itself_answers(tmp_path):
    output = tmp_path / "out"
    env = {**os.environ, **protocol("tfaip-train examples.tutorial.m", output)}
    result = subprocess.run(
        [sys.executable, "-m", "tfaip.scripts.train"], env=env, cwd=ROOT, capture_output=True, text=True
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert output.read_text() == "examples.tutorial.min"


@pytest.fixture
def path_of_programs(tmp_path):
    """Return a PATH on which the programs are, as an installation has them."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("train", "params"):
        program = folder / f"tfaip-{name}"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m tfaip.scripts.{name} "$@"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def test_all_programs_are_completed():
    import tomllib

    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert set(programs()) == set(scripts)


BASH = r"""
eval "$(tfaip-params completion bash)"
complete -p tfaip-train tfaip-lav
press() {
    COMP_LINE="$1" COMP_POINT=${#1} COMP_TYPE=9
    COMPREPLY=()
    _python_argcomplete tfaip-train
    printf '<%s>' "${COMPREPLY[@]}"
    echo
}
press "tfaip-train examples.tutorial.m"
press "tfaip-train test.tinyscenario.scenario:Tin"
press "tfaip-train test.tinyscenario.scenario:TinyScenario --optimizer RMS"
press "tfaip-train test.tinyscenario.scenario:TinyScenario --trainer.force_eager="
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes(tab, path_of_programs):
    tab(f"tfaip-train {TINY} --optimizer ")
    env = {key: value for key, value in os.environ.items() if not key.startswith(("_ARGCOMPLETE", "COMP_"))}
    result = subprocess.run(
        ["bash", "--norc", "-c", BASH], env={**env, "PATH": path_of_programs}, cwd=ROOT, capture_output=True, text=True
    )
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0].endswith("-F _python_argcomplete tfaip-train")
    assert lines[2:] == ["<examples.tutorial.min >", "<TinyScenario >", "<RMSprop >", "<true><false>"]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_takes_the_code(path_of_programs):
    script = 'autoload -U compinit && compinit -u; eval "$(tfaip-params completion zsh)"; echo ${_comps[tfaip-train]}'
    result = subprocess.run(
        ["zsh", "-f", "-c", script],
        env={**os.environ, "PATH": path_of_programs},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.stdout.strip() == "_python_argcomplete"


def test_names_of_classes_that_are_no_scenarios_are_not_offered(tmp_path):
    path = tmp_path / "s.py"
    path.write_text(
        "class MyScenarioParams(ScenarioBaseParams):\n    pass\nclass My(ScenarioBase[\n    A, B]):\n    pass\n"
    )
    assert scenarionames.classes_in(str(path)) == ["My"]


def test_tfaip_runs_completes_its_commands(tab, tmp_path, monkeypatch):
    (tmp_path / "runs").mkdir()
    monkeypatch.chdir(tmp_path)
    assert {"ls", "show", "compare", "diff", "report"} <= set(tab("tfaip-runs ", "runs"))
    assert "runs/" in tab("tfaip-runs ls r", "runs")
    assert "--where" in tab("tfaip-runs ls --", "runs")
    assert tab("tfaip-runs ls --state fini", "runs") == ["finished"]
