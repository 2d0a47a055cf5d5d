# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A data pipeline over inputs that the caller holds in memory, or produces one by one."""

from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.databaseparams import DataGeneratorParams, DataPipelineParams
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.definitions import PipelineMode, Sample

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.data.pipeline.datapipeline import DataPipeline


@pai_dataclass
@dataclass
class RawInputsParams(DataGeneratorParams):
    """Inputs that do not come from a data generator. Never part of a parameter file.

    Args:
        samples: Samples, or their inputs.
        size: Number of samples.
    """

    samples: Any = field(default=(), metadata=pai_meta(mode="ignore"))
    size: int = field(default=0, metadata=pai_meta(mode="ignore"))

    @staticmethod
    def cls() -> "type[RawInputsGenerator]":
        """Return the generator class."""
        return RawInputsGenerator


class RawInputsGenerator(DataGenerator[RawInputsParams]):
    """Yields the samples of :class:`RawInputsParams` in their order."""

    def __len__(self) -> int:
        return self.params.size

    def generate(self) -> Iterator[Sample]:
        """Yield a sample for each input, with empty meta data if there is none."""
        return map(as_sample, self.params.samples)


class _RawInputsMixin:
    """Lets a pipeline of any class read from the given inputs, whatever generator its class creates else."""

    generator_params: RawInputsParams
    mode: PipelineMode

    def create_data_generator(self) -> DataGenerator:
        return RawInputsGenerator(mode=self.mode, params=self.generator_params)


def as_sample(value: Any) -> Sample:
    """Return a sample of raw inputs; a sample is kept and gets empty meta data if it has none."""
    if isinstance(value, Sample):
        return value if value.meta is not None else value.new_meta({})
    return Sample(inputs=value, meta={})


def create_raw_pipeline(
    data: "DataBase", pipeline_params: DataPipelineParams, inputs: Iterable[Any], size: Optional[int] = None
) -> "DataPipeline":
    """Create a pipeline of the data's own class over the inputs.

    Args:
        data: Its processors and specs are used.
        pipeline_params: Batch size, processes and mode.
        inputs: Samples, or their inputs. They are read lazily if their number is known.
        size: Number of inputs. Default: their length; inputs without a length are read at once.
    """
    if size is None and not isinstance(inputs, Sized):
        inputs = list(inputs)
    params = RawInputsParams(samples=inputs, size=len(inputs) if size is None else size)  # type: ignore[arg-type]
    base = type(data).data_pipeline_cls()
    pipeline_cls = type(f"RawInputs{base.__name__}", (_RawInputsMixin, base), {})
    return pipeline_cls(pipeline_params, data, params)
