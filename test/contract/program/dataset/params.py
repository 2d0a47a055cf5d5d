# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the data."""

from dataclasses import dataclass, field
from typing import Optional

from paiargparse import pai_dataclass, pai_meta

from test.contract.program.dataset.codec import Codec
from tfaip import DataBaseParams


@pai_dataclass
@dataclass
class DataParams(DataBaseParams):
    skip_invalid_gt: bool = field(default=True, metadata=pai_meta(help="Leave out lines without text"))
    input_channels: int = field(default=1, metadata=pai_meta(mode="ignore"))
    downscale_factor: int = field(default=-1, metadata=pai_meta(mode="ignore"))
    line_height: int = field(default=8, metadata=pai_meta(help="Height of a line in pixels"))
    ensemble: int = field(default=-1, metadata=pai_meta(mode="ignore"))
    codec: Optional[Codec] = field(default=None, metadata=pai_meta(mode="ignore"))

    @staticmethod
    def cls():
        from test.contract.program.dataset.data import Data

        return Data
