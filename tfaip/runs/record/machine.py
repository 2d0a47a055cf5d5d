# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a record tells about the process and the machine of a training."""

import getpass
import os
import platform
import sys
import time
from importlib import metadata
from typing import Any, Dict, Iterable

from tfaip.runs.format.process import host_name, process_start
from tfaip.runs.format.run import Session

PACKAGES = ("tensorflow", "keras", "numpy")


def new_session(**facts: Any) -> Session:
    """Return a session of this process.

    Args:
        **facts: What the training knows itself, by the names of the fields.
    """
    return Session(
        started=time.time(),
        command=list(sys.orig_argv),
        cwd=_working_directory(),
        host=host_name(),
        pid=os.getpid(),
        pid_start=process_start(os.getpid()),
        user=_user(),
        python=platform.python_version(),
        **facts,
    )


def package_versions(names: Iterable[str] = PACKAGES) -> Dict[str, str]:
    """Return the versions of installed packages by name, without those that are not installed."""
    versions = {}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def machine_facts() -> Dict[str, Any]:
    """Return the number of CPUs that the process may use, and the bytes of memory of the machine."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    facts: Dict[str, Any] = {"cpus": cpus, "system": platform.platform(terse=True)}
    if "SC_PHYS_PAGES" in os.sysconf_names:
        facts["memory"] = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return facts


def _working_directory() -> str:
    try:
        return os.getcwd()
    except OSError:
        # it was removed
        return ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        # a container may run with a number that has no name
        return str(os.getuid()) if hasattr(os, "getuid") else ""
