# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""All lines in one file."""

from dataclasses import dataclass, field
from typing import Optional

import numpy as np
from paiargparse import pai_dataclass, pai_meta

from test.contract.program.dataset.readers.base import LineReader, LineReaderParams


@pai_dataclass(alt="Pack")
@dataclass
class PackReaderParams(LineReaderParams):
    file: Optional[str] = field(default=None, metadata=pai_meta(help="File with all lines", required=True))

    @staticmethod
    def cls():
        return PackReader

    def __len__(self):
        if self.file is None:
            return 0
        with np.load(self.file) as pack:
            return len(pack["texts"])


class PackReader(LineReader[PackReaderParams]):
    def __init__(self, mode, params):
        super().__init__(mode, params)
        with np.load(params.file) as pack:
            self.texts = [str(text) for text in pack["texts"]]
            self.images = [pack[f"line_{i}"] for i in range(len(self.texts))]

    def load(self, number):
        return self.images[number], self.texts[number]
