# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The text of a configuration file."""

from typing import Any, Dict, Mapping

from tfaip.params.config.writer import ConfigWriter, RootValue
from tfaip.params.config.yamltext import dump_yaml
from tfaip.params.migrations import SCHEMA_KEY, SCHEMA_VERSION


def config_text(values: Mapping[str, RootValue], program: str, diff: bool = False) -> str:
    """Return a configuration file that leads to the same trees.

    Args:
        values: The trees by the names of their roots.
        program: The program that reads it.
        diff: Whether only the differences to the defaults are written.
    """
    writer = ConfigWriter(diff)
    content: Dict[str, Any] = {SCHEMA_KEY: SCHEMA_VERSION}
    for name, value in values.items():
        written = writer.write(value)
        if written:
            content[name] = written
    what = "What differs from the defaults" if diff else "All parameters"
    return f"# {what} of {program}. Read it with --config FILE.\n{dump_yaml(content)}"
