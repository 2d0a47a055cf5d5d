# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Letters and their numbers."""

from dataclasses import dataclass, field
from typing import Iterable, List

from paiargparse import pai_dataclass, pai_meta


@pai_dataclass
@dataclass
class Codec:
    charset: List[str] = field(default_factory=lambda: [""])

    def __len__(self):
        return len(self.charset)

    def encode(self, text: str) -> List[int]:
        return [self.charset.index(letter) for letter in text if letter in self.charset]

    def decode(self, labels: Iterable[int]) -> str:
        return "".join(self.charset[label] for label in labels)


@pai_dataclass
@dataclass
class CodecConstructionParams:
    keep_loaded: bool = field(default=True, metadata=pai_meta(help="Keep the letters of the loaded model"))
    auto_compute: bool = field(default=True, metadata=pai_meta(help="Look at the texts of the training"))
    include: List[str] = field(default_factory=list, metadata=pai_meta(help="Further letters"))
    resolved_include_chars: List[str] = field(default_factory=list, metadata=pai_meta(mode="ignore"))
