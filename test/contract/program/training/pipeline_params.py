# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where lines for training and validation come from: two readers, one that is split, or one without validation."""

from dataclasses import dataclass, field
from typing import Optional

from paiargparse import pai_dataclass, pai_meta

from test.contract.program.dataset.readers.base import LineReaderParams
from test.contract.program.dataset.readers.file import FileReaderParams
from test.contract.program.dataset.readers.pack import PackReaderParams
from tfaip import TrainerPipelineParams, TrainerPipelineParamsBase

READERS = [FileReaderParams, PackReaderParams]


@pai_dataclass(alt="TrainVal")
@dataclass
class LinePipelineParams(TrainerPipelineParams[LineReaderParams, LineReaderParams]):
    train: LineReaderParams = field(
        default_factory=FileReaderParams, metadata=pai_meta(choices=READERS, mode="flat", help="Lines to train with")
    )
    val: LineReaderParams = field(
        default_factory=FileReaderParams, metadata=pai_meta(choices=READERS, mode="flat", help="Lines to test with")
    )


@pai_dataclass(alt="TrainOnly")
@dataclass
class TrainOnlyPipelineParams(TrainerPipelineParamsBase[LineReaderParams, LineReaderParams]):
    train: LineReaderParams = field(
        default_factory=FileReaderParams, metadata=pai_meta(choices=READERS, mode="flat", help="Lines to train with")
    )

    def train_gen(self) -> LineReaderParams:
        return self.train

    def val_gen(self) -> Optional[LineReaderParams]:
        return None


@pai_dataclass(alt="Split")
@dataclass
class SplitPipelineParams(TrainerPipelineParamsBase[LineReaderParams, LineReaderParams]):
    train: LineReaderParams = field(
        default_factory=FileReaderParams,
        metadata=pai_meta(choices=[FileReaderParams], mode="flat", enforce_choices=True, help="Lines to split"),
    )
    val: Optional[LineReaderParams] = field(default=None, metadata=pai_meta(mode="ignore"))
    validation_split_ratio: float = field(default=0.2, metadata=pai_meta(help="Share of the lines to test with"))

    def __post_init__(self):
        super().__post_init__()
        if self.val is None and len(self.train) > 0:
            n = max(1, int(len(self.train) * self.validation_split_ratio))
            self.val = self.train.from_dict(self.train.to_dict())
            self.val.select(range(n))
            self.train.select(range(n, len(self.train)))

    def train_gen(self) -> LineReaderParams:
        return self.train

    def val_gen(self) -> Optional[LineReaderParams]:
        return self.val
