# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A processor that does nothing, so that samples pass the worker processes."""

from dataclasses import dataclass
from typing import Type

from paiargparse import pai_dataclass

from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor


@pai_dataclass
@dataclass
class AsIsParams(DataProcessorParams):
    """Parameters of :class:`AsIs`."""

    @staticmethod
    def cls() -> Type["AsIs"]:
        """Return the processor."""
        return AsIs


class AsIs(MappingDataProcessor[AsIsParams]):
    """Returns each sample as it is."""

    def apply(self, sample: Sample) -> Sample:
        """Return the sample."""
        return sample
