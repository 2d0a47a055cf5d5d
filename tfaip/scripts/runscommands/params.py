# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Comparing the parameters of runs, with what the framework knows of its own ones."""

from collections.abc import Mapping
from typing import Any, List

from tfaip.params.diff.compare import Difference
from tfaip.params.diff.load import diff_trees
from tfaip.runs.compare.params import Compare


def compare_trees(all_fields: bool = False) -> Compare:
    """Return the function that compares the parameters of two runs.

    Args:
        all_fields: Also state and origin: epoch, best value, paths, ids, versions.
    """
    from tfaip.scripts.paramscommands.framework import framework

    known = framework()

    def compare(a: Mapping[str, Any], b: Mapping[str, Any]) -> List[Difference]:
        return diff_trees(dict(a), dict(b), known, all_fields)

    return compare
