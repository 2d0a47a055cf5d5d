# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The processors of a pipeline, kept ready for single samples in this process."""

from typing import TYPE_CHECKING, List, Optional

from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorBase, MappingDataProcessor
from tfaip.util.errors import UserError

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataBaseParams
    from tfaip.data.pipeline.processor.params import DataProcessorPipelineParams


class SampleProcessors:
    """Applies the processors of a pipeline to single samples; they are created once.

    Args:
        params: The processors.
        data_params: The parameters of the data.
        mode: Processors that do not run in this mode are left out.
    """

    def __init__(self, params: "DataProcessorPipelineParams", data_params: "DataBaseParams", mode: PipelineMode):
        self.processors: List[DataProcessorBase] = [
            processor.create(data_params, mode)
            for processor in params.flatten_processors()
            if processor.applies_to(mode)
        ]

    def seed_rng(self, seed: int) -> None:
        """Let the processors begin with the random numbers of a sample."""
        for place, processor in enumerate(self.processors):
            processor.seed_rng(seed, place)

    def apply_on_sample(self, sample: Sample) -> Optional[Sample]:
        """Return the processed sample, None if it is dropped.

        Raises:
            UserError: A processor makes several samples of one.
        """
        samples = [sample]
        for processor in self.processors:
            if isinstance(processor, MappingDataProcessor):
                results = [processor.apply_on_sample(item) for item in samples]
            else:
                results = list(processor.generate(samples))  # type: ignore[attr-defined]
            samples = [item for item in results if item is not None and processor.is_valid_sample(item)]
            if not samples:
                return None
        if len(samples) > 1:
            raise UserError(
                "One sample became several, which cannot be told apart here.",
                where=", ".join(type(processor).__name__ for processor in self.processors),
                expected="processors that make one sample of each",
                got=f"{len(samples)} samples",
                hint="use predict or predict_raw with one model",
            )
        return samples[0]
