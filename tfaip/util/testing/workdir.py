# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Paths and programs in tests."""

import os
import subprocess
from typing import Dict, List, Optional

root_dir = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))


def workdir_path(name: str, *args: str) -> str:
    """Return a path in the folder ``workdir`` of the example ``name``."""
    return os.path.join(root_dir, "examples", name, "workdir", *args)


def workdir_path_with_path(name: str, scenario_dir: str, *args: str) -> str:
    """Return a path in the folder ``workdir`` of the scenario ``name`` in ``scenario_dir``."""
    return os.path.join(root_dir, scenario_dir, name, "workdir", *args)


def call_in_root(args: List[str], env: Optional[Dict[str, str]] = None) -> int:
    """Run a program with the root of the repository on its PYTHONPATH and the present working directory.

    Raises:
        subprocess.CalledProcessError: If it ends with an exit code other than 0.
    """
    env = dict(os.environ if env is None else env)
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [env.get("PYTHONPATH"), root_dir]))
    return subprocess.check_call(args, env=env)
