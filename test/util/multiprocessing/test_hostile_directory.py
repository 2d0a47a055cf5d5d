# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Starting workers runs nothing of the working directory, and leaves no trace in the environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from test.conftest import ROOT

SCRIPT = """
import os
import sys
from tfaip.util.multiprocessing import manager
from tfaip.util.multiprocessing.parallelmap import parallel_map


def variable(number):
    return os.environ.get("PYTHONSAFEPATH", "unset")


if __name__ == "__main__":
    if sys.argv[1] == "manager":
        manager().shutdown()
    else:
        print(*parallel_map(variable, [1, 2], processes=2), variable(0))
"""
# What a new interpreter imports before it has the path of the process that starts it.
DECOYS = ["multiprocessing", "pickle", "struct", "socket", "selectors", "tempfile", "runpy", "numpy", "tfaip"]


@pytest.mark.parametrize(("what", "given"), [("workers", None), ("workers", "1"), ("manager", None)])
def test_new_processes_import_nothing_of_the_working_directory(tmp_path: Path, what: str, given: str | None) -> None:
    folder, script = tmp_path / "cwd", tmp_path / "program" / "script.py"
    for directory in (folder, script.parent):
        directory.mkdir()
    script.write_text(SCRIPT)
    for name in DECOYS:
        (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'it_ran')!r}, 'a').write(__name__)\n")
    env = {key: value for key, value in os.environ.items() if key != "PYTHONSAFEPATH"}
    # not the other directories of the tests' path, which may have an empty entry
    env.update({"PYTHONPATH": f"{ROOT}{os.pathsep}{script.parent}", **({"PYTHONSAFEPATH": given} if given else {})})
    command = [sys.executable, str(script), what]
    result = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=100, check=False)
    assert not (tmp_path / "it_ran").exists(), (tmp_path / "it_ran").read_text()
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == ([given or "unset"] * 3 if what == "workers" else [])
