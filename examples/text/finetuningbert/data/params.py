# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the data."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip import DataBaseParams, DataGeneratorParams
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams
from tfaip.params.ranges import Range
from tfaip.resource.resource import Resource, resource_field

if TYPE_CHECKING:
    from examples.text.finetuningbert.data.data import SentencePairData
    from examples.text.finetuningbert.data.generators import PairFilesGenerator, PairsGenerator
    from examples.text.finetuningbert.data.tokenizer import TokenizePairs


@pai_dataclass
@dataclass
class PairsGeneratorParams(DataGeneratorParams):
    """Labelled sentence pairs, for training and evaluation."""

    dataset: str = field(
        default="auto",
        metadata=pai_meta(
            choices=["auto", "mrpc", "verses"],
            help="The pairs: mrpc from their server, verses from the package index, auto for the first that can be had",
        ),
    )
    data_dir: Optional[str] = field(
        default=None, metadata=pai_meta(help="Folder with train.tsv and test.tsv, instead of a data set")
    )
    part: str = field(
        default="auto",
        metadata=pai_meta(
            choices=["auto", "train", "val", "test"],
            help="The part of the data set; auto for train in a training, else val",
        ),
    )

    @staticmethod
    def cls() -> Type["PairsGenerator"]:
        from examples.text.finetuningbert.data.generators import PairsGenerator

        return PairsGenerator


@pai_dataclass
@dataclass
class PairFilesGeneratorParams(DataGeneratorParams):
    """Files of sentence pairs without labels, for prediction."""

    files: List[str] = field(
        default_factory=list,
        metadata=pai_meta(help="Files with two sentences a line, separated by a tab; patterns are expanded"),
    )

    @staticmethod
    def cls() -> Type["PairFilesGenerator"]:
        from examples.text.finetuningbert.data.generators import PairFilesGenerator

        return PairFilesGenerator


@pai_dataclass
@dataclass
class TokenizePairsParams(DataProcessorParams):
    """Turn a pair of sentences into numbers of word pieces."""

    @staticmethod
    def cls() -> Type["TokenizePairs"]:
        from examples.text.finetuningbert.data.tokenizer import TokenizePairs

        return TokenizePairs


@pai_dataclass
@dataclass
class SentencePairDataParams(DataBaseParams):
    """The vocabulary, which is stored with the model, and how it is used."""

    vocab: Optional[Resource] = resource_field(  # noqa: RUF009, it returns a field
        metadata=pai_meta(help="File of word pieces, one a line; none for that of the pretrained encoder")
    )
    lowercase: bool = field(default=True, metadata=pai_meta(help="The vocabulary has no capital letters or accents"))
    max_length: int = field(
        default=128,
        metadata={
            **pai_meta(help="Cut off what is more than these word pieces of a sentence"),
            "range": Range(minimum=8),
        },
    )

    @staticmethod
    def cls() -> Type["SentencePairData"]:
        from examples.text.finetuningbert.data.data import SentencePairData

        return SentencePairData
