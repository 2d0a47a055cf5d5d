# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Every command in the documents is one that the program understands: the flags are there for the scenario, values fit.

The commands of the first hour and of the README are run, see there.
"""

import importlib
import re
import shlex
import tomllib
from typing import List, NamedTuple, Tuple

import pytest

from test.conftest import ROOT
from test.docs.pages import blocks_of
from tfaip.scenario.scenariobase import import_scenario
from tfaip.scripts import benchmark_input_pipeline, lav, lav_multi, predict, train

PAGES = sorted(
    path for pattern in ("docs/*.md", "examples/**/*.md", "templates/**/*.md") for path in ROOT.glob(pattern)
)
# run, or about files that another test writes
ELSEWHERE = ("first-hour.md", "configuration.md")
FULL, GENERAL, LISTS = "examples.tutorial.full", "templates.general", "templates.listfile"
# what stands in the documents for a scenario
PLACEHOLDERS = {"SCENARIO": FULL, "mytask": GENERAL, "myscenario": GENERAL}
LIST_PAGES = ("docs/listfiles.md", "templates/listfile/README.md")
GENERAL_PAGES = ("docs/new-scenario.md", "templates/general/README.md")
SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
# what a reader puts their own flags for, what the shell takes, and brackets around what may be left out
NO_ARGUMENTS = re.compile(r"--data\.(?:FLAGS|SOME_FLAG)|\[flags\]|\.\.\.(?=\s|$)|[\[\]]|\s>.*|\|\|.*|&&.*|&$")


class Command(NamedTuple):
    """A line of a document."""

    page: str
    program: str
    words: Tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {shlex.join([self.program, *self.words])}"


def commands() -> List[Command]:
    """Return the lines of all documents that call a program of tfaip, each once."""
    found = {}
    for page in PAGES:
        name = str(page.relative_to(ROOT))
        if "template" in page.parts or page.name in ELSEWHERE:
            continue
        for block in blocks_of(page, "bash"):
            for line in block.code.replace("\\\n", " ").splitlines():
                if line.strip().startswith("tfaip-"):
                    program, *words = shlex.split(NO_ARGUMENTS.sub("", line.strip().partition(" #")[0]))
                    found[Command(name, program, tuple(words))] = None
    return list(found)


def scenario_of(page: str) -> str:
    """Return the scenario that a page is about."""
    if page in LIST_PAGES:
        return LISTS
    if page in GENERAL_PAGES:
        return GENERAL
    folder = (ROOT / page).parent
    return ".".join(folder.relative_to(ROOT).parts) if (folder / "scenario.py").exists() else FULL


def parse_training(command: Command) -> None:
    scenario, *flags = command.words
    name = scenario_of(command.page) if scenario in PLACEHOLDERS else scenario
    train.parse_args([name, *flags])


def parse_resumed(command: Command) -> None:
    """The flags of the training that goes on, or is repeated; the path before them is a run of the page's scenario."""
    train.parse_args([scenario_of(command.page), *command.words[1:]])


def parse_benchmark(command: Command) -> None:
    scenario, *flags = command.words
    train.parse_with(benchmark_input_pipeline.create_parser(), [PLACEHOLDERS.get(scenario, scenario), *flags])


def parse_plain(command: Command) -> None:
    """Only the program's own flags: the others depend on the model."""
    module = importlib.import_module(SCRIPTS[command.program].partition(":")[0])
    words = list(command.words)
    if hasattr(module, "COMMANDS"):
        module = importlib.import_module(module.COMMANDS[words.pop(0)].module)
    module.create_parser().parse_plain_args(words)


PARSE = {
    "tfaip-train": parse_training,
    "tfaip-resume-training": parse_resumed,
    "tfaip-train-from-params": parse_resumed,
    "tfaip-benchmark-input-pipeline": parse_benchmark,
}
OF_MODELS = {
    "tfaip-lav": (lav, "evaluate"),
    "tfaip-multi-lav": (lav_multi, "evaluate"),
    "tfaip-predict": (predict, "predict"),
}


@pytest.mark.parametrize("command", commands(), ids=str)
def test_a_command_is_understood(command, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    assert command.program in SCRIPTS
    try:
        if command.program in OF_MODELS:
            program, last_step = OF_MODELS[command.program]
            scenario_cls = import_scenario(scenario_of(command.page))
            stored = scenario_cls.default_trainer_params().to_dict()
            monkeypatch.setattr(program, "check_model_directory", lambda path: stored)
            monkeypatch.setattr(program, "load_scenario", lambda path: (scenario_cls, None))
            parsed = []
            monkeypatch.setattr(program, last_step, lambda args, *_: parsed.append(args))
            program.main(list(command.words))
            assert parsed
        else:
            PARSE.get(command.program, parse_plain)(command)
    except SystemExit as end:
        assert end.code in (None, 0)
