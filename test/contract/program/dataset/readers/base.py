# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What all readers of lines have in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Iterable, TypeVar

from paiargparse import pai_dataclass, pai_meta

from tfaip import DataGeneratorParams, PipelineMode, Sample
from tfaip.data.pipeline.datagenerator import DataGenerator


@pai_dataclass
@dataclass
class ImageLoaderParams:
    channels: int = field(default=1, metadata=pai_meta(mode="ignore"))
    skip_invalid: bool = True


class Sized(ABC):
    """The third base, which is no dataclass."""

    @abstractmethod
    def __len__(self):
        raise NotImplementedError


@pai_dataclass
@dataclass
class LineReaderParams(DataGeneratorParams, ImageLoaderParams, Sized):
    n_folds: int = field(default=0, metadata=pai_meta(mode="ignore"))
    preload: bool = field(default=True, metadata=pai_meta(help="Keep the lines in memory"))

    def select(self, indices):
        raise NotImplementedError

    def create(self, mode: PipelineMode) -> "LineReader":
        return self.cls()(mode, self)


T = TypeVar("T", bound=LineReaderParams)


class LineReader(DataGenerator[T], ABC):
    def __init__(self, mode: PipelineMode, params: T):
        super().__init__(mode, params)

    def __len__(self):
        return len(self.params)

    def generate(self) -> Iterable[Sample]:
        for number in range(len(self)):
            image, text = self.load(number)
            fold = number % self.params.n_folds if self.params.n_folds > 0 else -1
            yield Sample(inputs=image, targets=text, meta={"id": str(number), "fold_id": fold, "augmented": False})

    @abstractmethod
    def load(self, number):
        raise NotImplementedError
