# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A data pipeline over inputs that the caller holds in memory, or produces one by one."""

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.databaseparams import DataGeneratorParams, DataPipelineParams
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.definitions import PipelineMode, Sample, describe
from tfaip.util.errors import UserTypeError

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.data.pipeline.datapipeline import DataPipeline


@pai_dataclass
@dataclass
class RawInputsParams(DataGeneratorParams):
    """Inputs that do not come from a data generator. Never part of a parameter file.

    Args:
        samples: Samples, or their inputs.
        size: Number of samples, None if it is not known.
    """

    samples: Any = field(default=(), metadata=pai_meta(mode="ignore"))
    size: Optional[int] = field(default=0, metadata=pai_meta(mode="ignore"))

    @staticmethod
    def cls() -> "type[RawInputsGenerator]":
        """Return the generator class."""
        return RawInputsGenerator


class RawInputsGenerator(DataGenerator[RawInputsParams]):
    """Yields the samples of :class:`RawInputsParams` in their order."""

    def __len__(self) -> int:
        if self.params.size is None:
            raise TypeError("The number of inputs is not known before they are read.")
        return self.params.size

    def knows_length(self) -> bool:
        """Return whether the inputs were given with their number."""
        return self.params.size is not None

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
        inputs: Samples, or their inputs; read lazily.
        size: Number of inputs. Default: their length if they have one, else they are read until they end.

    Raises:
        UserTypeError: It is a single input instead of several.
    """
    is_iterable = hasattr(inputs, "__iter__") or hasattr(inputs, "__getitem__")
    if isinstance(inputs, (Sample, Mapping, str, bytes)) or not is_iterable:
        raise UserTypeError(
            "What is to be predicted are not several inputs.",
            where="predict_raw",
            expected="a list, an array or a generator of inputs or samples",
            got=describe(inputs),
            hint="put a single input into a list: predict_raw([value])",
        )
    params = RawInputsParams(samples=inputs, size=_length_of(inputs) if size is None else size)
    return _raw_pipeline_cls(type(data).data_pipeline_cls())(pipeline_params, data, params)


def _length_of(inputs: Any) -> Optional[int]:
    try:
        return len(inputs)
    except TypeError:
        return None


@functools.cache
def _raw_pipeline_cls(base: "Type[DataPipeline]") -> "Type[DataPipeline]":
    return type(f"RawInputs{base.__name__}", (_RawInputsMixin, base), {})
