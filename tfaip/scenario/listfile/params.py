# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the data of list file scenarios."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Iterable, List, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.databaseparams import DataGeneratorParams
from tfaip.trainer.params import TrainerPipelineParams
from tfaip.util.errors import UserValueError

if TYPE_CHECKING:
    from tfaip.scenario.listfile.datagenerator import ListsFileDataGenerator


@pai_dataclass
@dataclass
class ListsFileGeneratorParams(DataGeneratorParams):
    """Text files with one sample a line."""

    lists: Optional[List[str]] = field(default_factory=list, metadata=pai_meta(help="Text files, one sample a line"))
    list_ratios: Optional[List[float]] = field(
        default=None, metadata=pai_meta(help="Weight of each file when they are mixed in training. Default: all 1")
    )
    ignore_prefix: Optional[str] = field(default="#", metadata=pai_meta(help="Lines with this prefix are left out"))

    def __post_init__(self) -> None:
        if not self.lists:
            return
        if self.list_ratios is None:
            self.list_ratios = [1.0] * len(self.lists)
        if len(self.list_ratios) != len(self.lists):
            raise UserValueError(
                "The number of ratios is not the number of lists.",
                where="list_ratios",
                expected=f"{len(self.lists)} numbers",
                got=f"{len(self.list_ratios)}: {self.list_ratios}",
            )

    @staticmethod
    def cls() -> "Type[ListsFileDataGenerator]":
        """Return the class of the generator."""
        from tfaip.scenario.listfile.datagenerator import ListsFileDataGenerator

        return ListsFileDataGenerator


@pai_dataclass
@dataclass
class ListFileTrainerPipelineParams(TrainerPipelineParams[ListsFileGeneratorParams, ListsFileGeneratorParams]):
    """Lists for training and validation: ``--train.lists A B --val.lists C``."""

    lav: ListsFileGeneratorParams = field(
        default_factory=ListsFileGeneratorParams,
        metadata=pai_meta(mode="flat", help="Data of load-and-validate during training; without lists those of val"),
    )

    def lav_gen(self) -> Iterable[DataGeneratorParams]:
        """Return ``lav``, or ``val`` if that has no lists."""
        return [self.lav] if self.lav.lists else super().lav_gen()
