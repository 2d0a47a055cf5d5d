# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of load-and-validate on list files."""

from dataclasses import dataclass, field

from paiargparse import pai_dataclass, pai_meta

from tfaip.lav.params import LAVParams


@pai_dataclass
@dataclass
class ListFileLAVParams(LAVParams):
    """How a model is evaluated on list files."""

    per_list: bool = field(
        default=False, metadata=pai_meta(help="Evaluate each list of --data.lists on its own instead of all together")
    )
