# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where sentence pairs come from."""

import glob
from collections.abc import Iterable
from pathlib import Path

from examples.datasets.pairs import SentencePair, read_pairs
from examples.datasets.paraphrases import load_paraphrases
from examples.text.finetuningbert.data.params import PairFilesGeneratorParams, PairsGeneratorParams
from tfaip import PipelineMode, Sample
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.util.errors import UserFileNotFoundError


class PairsGenerator(DataGenerator[PairsGeneratorParams]):
    """Yields the pairs of a data set, in training in a new order each epoch."""

    def __init__(self, mode: PipelineMode, params: PairsGeneratorParams):
        super().__init__(mode=mode, params=params)
        data = load_paraphrases(params.dataset, params.data_dir)
        part = params.part
        if part == "auto":
            part = "train" if mode == PipelineMode.TRAINING else "val"
        self.samples = [to_sample(pair) for pair in getattr(data, part)]

    def __len__(self) -> int:
        return len(self.samples)

    def generate(self) -> Iterable[Sample]:
        if self.mode == PipelineMode.TRAINING:
            return [self.samples[index] for index in self.rng.permutation(len(self.samples))]
        return self.samples


class PairFilesGenerator(DataGenerator[PairFilesGeneratorParams]):
    """Yields the pairs of files."""

    def __init__(self, mode: PipelineMode, params: PairFilesGeneratorParams):
        super().__init__(mode=mode, params=params)
        files = [file for pattern in params.files for file in _expand(pattern)]
        self.samples = [to_sample(pair) for file in files for pair in read_pairs(Path(file), labelled=False)]

    def __len__(self) -> int:
        return len(self.samples)

    def generate(self) -> Iterable[Sample]:
        return self.samples


def to_sample(pair: SentencePair) -> Sample:
    """Return the sample of a pair; the sentences stay in its meta data, for who reads the results."""
    return Sample(
        inputs=(pair.first, pair.second),
        targets=None if pair.same is None else int(pair.same),
        meta={"first": pair.first, "second": pair.second, "name": pair.name},
    )


def _expand(pattern: str) -> list[str]:
    files = [pattern] if Path(pattern).exists() else sorted(glob.glob(pattern))
    if not files:
        raise UserFileNotFoundError("No such file of sentence pairs.", where="--data.files", got=pattern)
    return files
