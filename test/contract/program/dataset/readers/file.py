# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A line is a picture with its text in a file beside it."""

import glob
import os
from dataclasses import dataclass, field
from typing import List

import numpy as np
from paiargparse import pai_dataclass, pai_meta

from test.contract.program.dataset.readers.base import LineReader, LineReaderParams
from tfaip.data.pipeline.definitions import INPUT_PROCESSOR, TARGETS_PROCESSOR


@pai_dataclass(alt="File")
@dataclass
class FileReaderParams(LineReaderParams):
    images: List[str] = field(default_factory=list, metadata=pai_meta(help="Pictures, may hold *"))
    texts: List[str] = field(default_factory=list, metadata=pai_meta(help="Texts. Default: beside the pictures"))
    gt_extension: str = field(default=".gt.txt", metadata=pai_meta(help="Ending of the texts"))

    @staticmethod
    def cls():
        return FileReader

    def __post_init__(self):
        self.images = [path for image in self.images for path in sorted(glob.glob(image)) or [image]]
        if not self.texts:
            self.texts = [os.path.splitext(image)[0] + self.gt_extension for image in self.images]

    def __len__(self):
        return len(self.images)

    def select(self, indices):
        self.images, self.texts = [self.images[i] for i in indices], [self.texts[i] for i in indices]


class FileReader(LineReader[FileReaderParams]):
    def load(self, number):
        image = text = None
        if self.mode in INPUT_PROCESSOR:
            image = np.load(self.params.images[number])
        if self.mode in TARGETS_PROCESSOR and os.path.exists(self.params.texts[number]):
            with open(self.params.texts[number], encoding="utf-8") as f:
                text = f.read()
        return image, text
