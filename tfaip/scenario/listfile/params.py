# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the data of list file scenarios."""

import copy
import dataclasses
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Iterable, List, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.databaseparams import DataGeneratorParams
from tfaip.trainer.params import TrainerPipelineParams
from tfaip.util.errors import UserValueError
from tfaip.util.file.textlines import check_files_exist

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.data.pipeline.datapipeline import DataPipeline
    from tfaip.scenario.listfile.datagenerator import ListsFileDataGenerator

# what a list file is and what it holds, for messages
DESCRIPTION = ("list file", "a text file with one sample a line")


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
        """Complete and check the ratios.

        Raises:
            ValueError: There is not one ratio for each list, or they are not possible.
        """
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
        if not all(0 <= ratio < math.inf for ratio in self.list_ratios) or not any(self.list_ratios):
            raise UserValueError(
                "Lists cannot be mixed by these ratios.",
                where="list_ratios",
                expected="numbers of at least 0, and one greater than 0",
                got=str(self.list_ratios),
            )

    def check_lists_exist(self, flag: str) -> None:
        """Check that all list files are there.

        Args:
            flag: The flag that names them.

        Raises:
            UserFileNotFoundError: Some are missing; the message names them all.
        """
        check_files_exist(self.lists or [], *DESCRIPTION, flag)

    def each_list(self) -> "List[ListsFileGeneratorParams]":
        """Return the parameters for each list on its own."""
        if len(self.lists or []) < 2:
            return [self]
        return [dataclasses.replace(self, lists=[filename], list_ratios=None) for filename in self.lists or []]

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

    def train_data(self, data: "DataBase") -> "DataPipeline":
        """Return the training pipeline; see the base class.

        Raises:
            UserFileNotFoundError: A list file is missing, of the training or of what follows it.
        """
        for name, params in (("train", self.train), ("val", self.val), ("lav", self.lav)):
            if isinstance(params, ListsFileGeneratorParams):
                params.check_lists_exist(f"--{name}.lists")
        return super().train_data(data)

    def lav_gen(self) -> Iterable[DataGeneratorParams]:
        """Return ``lav``, each list on its own, or ``val`` if it has no lists."""
        return self.lav.each_list() if self.lav.lists else super().lav_gen()

    def lav_default(self) -> Optional[DataGeneratorParams]:
        """Return ``lav``, or ``val`` if it has no lists; without ratios, which belong to these lists only."""
        params = copy.copy(self.lav if self.lav.lists else super().lav_default())
        if isinstance(params, ListsFileGeneratorParams):
            params.list_ratios = None
        return params
