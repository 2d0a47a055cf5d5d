# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The log level of TensorFlow's C++ code, which has to be known before TensorFlow is imported."""

import os
import sys
from collections.abc import Mapping
from typing import Any, List, Optional, Sequence

from tfaip.params.cli.arguments import split
from tfaip.params.cli.configflags import CONFIG_KEY

FIELD = "tf_cpp_min_log_level"
FLAG = f"trainer.{FIELD}"
VARIABLE = "TF_CPP_MIN_LOG_LEVEL"
DEFAULT = 2


def set_log_level_of_tensorflow(args: Optional[List[str]], stored: Optional[Mapping[str, Any]] = None) -> None:
    """Set the log level of TensorFlow's C++ code.

    TensorFlow reads it when it is imported first, which happens with the scenario and so before the parameters are
    known: it is looked for in the command line, in its configuration files, and in the stored parameters. A variable
    of the environment comes first. What is wrong with a value or a file is told later, with all other mistakes.

    Args:
        args: The command line, default: the one of the process.
        stored: The stored parameters that the program starts from.
    """
    if VARIABLE in os.environ:
        return
    assignments = split(sys.argv[1:] if args is None else args)[1]
    flags = [value for assignment in assignments if assignment.key == FLAG for value in assignment.values]
    files = [value for assignment in assignments if assignment.key == CONFIG_KEY for value in assignment.values]
    candidates = [*flags, _configured(files), (stored or {}).get(FIELD), DEFAULT]
    os.environ[VARIABLE] = next(str(level) for level in candidates if str(level).isdigit())


def _configured(files: Sequence[str]) -> Any:
    """Return the level in configuration files, of which later ones win; None if they have none."""
    if not files:
        return None
    # imported late: a line without a file needs none of it
    from tfaip.params.config.reader import read_config

    level = None
    for file in files:
        entry = read_config(file, [])
        for path, value in entry.children() if entry is not None else ():
            if path == "trainer" and isinstance(value.value, dict) and FIELD in value.value:
                level = value.value[FIELD].value
            elif path == FLAG:
                level = value.value
    return level
