# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Asking git about a repository, also one of somebody else: nothing that it configures is run, nothing is changed."""

import os
import subprocess
import threading
from typing import List, Optional, Tuple

SECONDS = 10.0
_SETTINGS = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}", "diff.autoRefreshIndex=false")
_OPTIONS = ("--no-pager", "--no-optional-locks", *(word for setting in _SETTINGS for word in ("-c", setting)))
_FILTER_COMMANDS = ("clean", "smudge", "process")


def run_git(folder: str, *args: str, seconds: float = SECONDS) -> Optional[str]:
    """Return what a git command prints, without white space around it.

    Args:
        folder: Where it is run.
        *args: The command.
        seconds: How long it may take.

    Returns:
        None if it fails or takes too long, or there is no git.
    """
    found = git_output(folder, *args, seconds=seconds)
    return None if found is None else found[0].decode(errors="replace").strip()


def git_output(
    folder: str, *args: str, seconds: float = SECONDS, max_bytes: int = 64 << 20
) -> Optional[Tuple[bytes, bool]]:
    """Return what a git command prints.

    Args:
        folder: Where it is run.
        *args: The command.
        seconds: How long it may take.
        max_bytes: How much is read of it.

    Returns:
        What was read, and whether it is all; None if it fails or takes too long, or there is no git.
    """
    command = ["git", "-C", folder, *_OPTIONS, *args]
    try:
        process = subprocess.Popen(
            command,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C in a terminal is for the training
            start_new_session=True,
        )
    except OSError:
        # no git: what it knows is a note for the reader, nothing depends on it
        return None
    deadline = threading.Timer(seconds, process.kill)
    deadline.daemon = True
    deadline.start()
    try:
        with process:
            assert process.stdout is not None
            text = process.stdout.read(max_bytes + 1)
            if len(text) > max_bytes:
                process.kill()
                return text[:max_bytes], False
    finally:
        deadline.cancel()
    return (text, True) if process.returncode == 0 else None


def without_filters(folder: str) -> List[str]:
    """Return options that switch off the programs which a repository itself names to convert its files.

    Args:
        folder: A folder of its working tree.
    """
    found = git_output(folder, "config", "--local", "--includes", "--null", "--name-only", "--get-regexp", r"^filter\.")
    names = (
        {key.removeprefix("filter.").rpartition(".")[0] for key in os.fsdecode(found[0]).split("\0")}
        if found
        else set()
    )
    options: List[str] = []
    for name in sorted(filter(None, names)):
        for command in _FILTER_COMMANDS:
            options += ["-c", f"filter.{name}.{command}="]
        options += ["-c", f"filter.{name}.required=false"]
    return options


def _environment() -> "dict[str, str]":
    # GIT_DIR and its like, set inside git hooks, would name another repository
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return {**env, "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
