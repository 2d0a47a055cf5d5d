# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Write docs/messages.md: make ten mistakes with tfaip and with other libraries, and show what they say.

The others are no dependencies; install them somewhere and name that Python:

python -m venv /tmp/others && /tmp/others/bin/pip install tyro 'jsonargparse[signatures]' hydra-core
python -m benchmarks.messages --others /tmp/others/bin/python
"""

import argparse
import os
import platform
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.messages.mistakes import LIBRARIES, MISTAKES, Mistake

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OUTPUT = ROOT / "docs" / "messages.md"
PACKAGES = {"tyro": "tyro", "jsonargparse": "jsonargparse", "hydra": "hydra-core"}
NAMES = {"tfaip": "tfaip", "tyro": "tyro", "jsonargparse": "jsonargparse", "hydra": "Hydra"}
FACTS = """import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"""
INTRODUCTION = """# Messages compared

The same ten mistakes, made with tfaip and with three other libraries: what each program says. `python -m
benchmarks.messages` wrote this page by running the programs in `benchmarks/messages/`, which build the same small tree
of parameters (a training with a model whose graph is `MLP` or `CNN`) the way each library means it: subcommands of a
union in tyro, subclasses in jsonargparse, a config group of structured configs in Hydra. So the lines differ, too.

Versions: {versions}, Python {python}. Terminal of {width} columns, without colours.

A cell says *yes* if the text, with its usage lines, names all that the last column lists, which is what one needs to
correct the line; then the exit code and the number of lines. *traceback* marks texts with one.

"""
WIDTH = 100


@dataclass
class Answer:
    """What a program says.

    Attributes:
        line: The command line.
        code: The exit code.
        text: What it printed on the error stream.
    """

    line: str
    code: int
    text: str

    def cell(self, mistake: Mistake) -> str:
        """Return the entry in the table."""
        helps = all(word in self.text.lower() for word in mistake.should_name)
        note = ", traceback" if "Traceback" in self.text else ""
        return f"{'yes' if helps else 'no'} ({self.code}, {len(self.text.splitlines())} lines{note})"


def run(python: str, library: str, line: str, folder: str) -> Answer:
    """Make a mistake."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": str(WIDTH), "NO_COLOR": "1", "TERM": "dumb"}
    command = [python, str(HERE / f"with_{library}.py"), *shlex.split(line)]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        raise RuntimeError(f"{library} finds nothing wrong with {line}: {done.stdout}")
    text = done.stderr.replace(f"{HERE}{os.sep}", "").expandtabs(4)
    return Answer(line, done.returncode, "\n".join(row.rstrip() for row in text.strip("\n").splitlines()))


def page(answers: list[dict[str, Answer]], versions: str) -> str:
    """Return the document."""
    heads = ["mistake", *NAMES.values(), "to be named"]
    rows = [heads, ["---"] * len(heads)]
    for mistake, given in zip(MISTAKES, answers, strict=True):
        cells = [given[library].cell(mistake) for library in LIBRARIES]
        rows.append([mistake.title, *cells, ", ".join(f"`{word}`" for word in mistake.should_name)])
    text = INTRODUCTION.format(versions=versions, python=platform.python_version(), width=WIDTH)
    text += "".join(f"| {' | '.join(row)} |\n" for row in rows)
    for mistake, given in zip(MISTAKES, answers, strict=True):
        text += f"\n## {mistake.title}\n"
        for library in LIBRARIES:
            answer = given[library]
            text += (
                f"\n{NAMES[library]}, exit code {answer.code}:\n\n```text\n$ train {answer.line}\n{answer.text}\n```\n"
            )
    return text


def main() -> None:
    """Run everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--others", required=True, help="the Python that has the other libraries")
    parser.add_argument("--output", default=str(OUTPUT))
    options = parser.parse_args()
    facts = subprocess.run(
        [options.others, "-c", FACTS, *PACKAGES.values()], capture_output=True, text=True, check=True
    ).stdout.split()
    versions = ", ".join(f"{NAMES[library]} {version}" for library, version in zip(PACKAGES, facts, strict=True))
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        for mistake in MISTAKES:
            lines = zip(LIBRARIES, mistake.lines, strict=True)
            answers.append(
                {
                    library: run(sys.executable if library == "tfaip" else options.others, library, line, folder)
                    for library, line in lines
                }
            )
    Path(options.output).write_text(page(answers, versions), encoding="utf-8")


if __name__ == "__main__":
    main()
