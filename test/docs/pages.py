# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading the code blocks of a page, and running them as its reader would."""

import ast
import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Dict, List, NamedTuple

from test.conftest import ROOT

_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]*?) -->\n)?^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE
)


class Block(NamedTuple):
    """A block of code: its number among those of its language in the page, and the mark above it."""

    page: str
    number: int
    language: str
    code: str
    mark: str

    def __str__(self) -> str:
        return f"{self.page}:{self.language}{self.number}"


def blocks_of(page: Path, *languages: str) -> List[Block]:
    """Return the blocks of a page in some languages (default: all)."""
    counts: Dict[str, int] = {}
    found = []
    for match in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        language = match["language"]
        counts[language] = counts.get(language, 0) + 1
        if not languages or language in languages:
            name = str(page.relative_to(ROOT))
            found.append(Block(name, counts[language], language, match["code"], match["mark"] or ""))
    return found


def replace_class(path: Path, code: str) -> None:
    """Replace the class of a file that has the name of the one in a piece of code."""
    (new,) = ast.parse(code).body
    text = path.read_text(encoding="utf-8")
    (old,) = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef) and node.name == new.name]
    lines = text.splitlines(keepends=True)
    first = min([old.lineno, *(decorator.lineno for decorator in old.decorator_list)])
    lines[first - 1 : old.end_lineno] = [code]
    path.write_text("".join(lines), encoding="utf-8")


class Shell:
    """Runs commands one after the other as in one terminal, where the programs of tfaip are installed.

    Args:
        folder: Where to begin.
    """

    def __init__(self, folder: Path):
        self.home = folder
        self.folder = folder
        programs = folder / ".bin"
        programs.mkdir()
        scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
        commands = {name: f'-m {target.partition(":")[0]} "$@"' for name, target in scripts.items()}
        for name, command in {**commands, "python": '"$@"'}.items():
            # what an installation finds without PYTHONPATH
            text = f'#!/bin/sh\nPYTHONPATH="$PYTHONPATH:{ROOT}" exec {sys.executable} {command}\n'
            (programs / name).write_text(text)
            (programs / name).chmod((programs / name).stat().st_mode | stat.S_IXUSR)
        self.env = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": ""}

    def run(self, code: str) -> subprocess.CompletedProcess:
        """Run commands; where they end and what PYTHONPATH they set is where the next ones begin."""
        state = self.home / ".state"
        script = f'set -e\n{code}\nprintf "%s\\n%s\\n" "$PWD" "$PYTHONPATH" > {state}\n'
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=self.env, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            folder, self.env["PYTHONPATH"] = state.read_text().splitlines()
            self.folder = Path(folder)
        return done

    def start(self, code: str) -> subprocess.Popen:
        """Start one command that does not end by itself."""
        return subprocess.Popen(
            ["bash", "-c", f"exec {code}"],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
