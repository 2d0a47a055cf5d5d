# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the data: where samples come from, how they are processed and how they form batches."""

import os
from abc import ABC
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.pipeline.definitions import PipelineMode, SampleErrorPolicy
from tfaip.data.pipeline.processor.params import (
    ComposedProcessorPipelineParams,
    DataProcessorPipelineParams,
    SequentialProcessorPipelineParams,
)
from tfaip.params.ranges import Range
from tfaip.util.errors import UserValueError

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.data.pipeline.datagenerator import DataGenerator

__all__ = ["DataBaseParams", "DataGeneratorParams", "DataPipelineParams"]


@pai_dataclass
@dataclass
class DataGeneratorParams(ABC):  # noqa: B024 - an override of create() makes cls() superfluous
    """Parameters of a data generator: where the samples come from."""

    @staticmethod
    def cls() -> Type["DataGenerator"]:
        """Return the class of the generator; to be overridden."""
        raise NotImplementedError("Override cls() to return the class of the data generator.")

    def create(self, mode: PipelineMode) -> "DataGenerator":
        """Create the generator.

        Args:
            mode: The mode of the pipeline that will read from it.
        """
        return self.cls()(mode=mode, params=self)


@pai_dataclass
@dataclass
class DataPipelineParams:
    """Parameters of a pipeline: batches, worker processes and buffers."""

    batch_size: int = field(default=16, metadata=pai_meta(help="Number of samples in a batch"))
    limit: int = field(
        default=-1,
        metadata={**pai_meta(help="Read only the first samples of the data, -1 for all"), "range": Range(nonzero=True)},
    )
    prefetch: int = field(
        default=-1,
        metadata={
            **pai_meta(
                help="Number of batches to prepare ahead, "
                "-1 for 8 times the larger of num_processes and batch_size / num_processes"
            ),
            "spellings": ("prefech",),
        },
    )
    num_processes: int = field(
        default=4, metadata=pai_meta(help="Number of worker processes, 0 to run the processors in this process")
    )
    batch_drop_remainder: bool = field(
        default=False, metadata=pai_meta(help="Leave out the last batch if it is smaller than batch_size")
    )
    shuffle_buffer_size: int = field(
        default=-1, metadata=pai_meta(help="Shuffle the processed samples in a buffer of this size, -1 for not at all")
    )
    mode: PipelineMode = field(
        default=PipelineMode.TRAINING, metadata=pai_meta(help="What the pipeline is for", mode="ignore")
    )
    bucket_boundaries: List[int] = field(
        default_factory=list,
        metadata=pai_meta(help="Put samples of similar length into a batch: the lengths where a new bucket begins"),
    )
    bucket_batch_sizes: Optional[List[int]] = field(
        default=None,
        metadata=pai_meta(
            help="Batch size of each bucket, one more than bucket_boundaries. "
            "By default so large that the number of elements in a batch is about that of the last bucket"
        ),
    )
    bucket_token_budget: int = field(
        default=-1,
        metadata=pai_meta(
            help="Put so many samples of a bucket into a batch that it has at most this number of elements with the "
            "padding (number of samples times the longest), whatever batch_size. -1 for no bound"
        ),
    )
    use_shared_memory: bool = field(
        default=False,
        metadata=pai_meta(help="Has no effect, kept for the files of tfaip 1.2: arrays travel in shared memory anyway"),
    )
    sample_errors: SampleErrorPolicy = field(
        default=SampleErrorPolicy.RAISE,
        metadata=pai_meta(help="What to do with a sample that a processor fails on: raise, or skip it and log it"),
    )
    max_skipped_samples: int = field(
        default=-1,
        metadata=pai_meta(help="Skip at most this number of samples, one more is raised. -1 for any number"),
    )
    sample_retries: int = field(
        default=0, metadata=pai_meta(help="How often to try a sample again that a processor fails on")
    )
    max_buffer: int = field(
        default=1024,
        metadata=pai_meta(help="Bound of the samples and batches that are prepared ahead, in MiB. 0 for none"),
    )
    max_worker_growth: int = field(
        default=2048,
        metadata=pai_meta(help="Replace a worker process whose memory grew by more than this, in MiB. 0 for never"),
    )

    def __post_init__(self) -> None:
        """Check the values and compute the default of ``prefetch``.

        Raises:
            ValueError: A number is out of its range.
        """
        if self.num_processes < 0:
            raise UserValueError(
                "The number of processes of a pipeline is negative.",
                expected="num_processes >= 0",
                got=str(self.num_processes),
                hint="0 runs the processors in this process",
            )
        if self.sample_retries < 0:
            raise UserValueError(
                "The number of retries is negative.", expected="sample_retries >= 0", got=str(self.sample_retries)
            )
        if self.batch_size < 1:
            raise UserValueError(
                "A batch needs at least one sample.", expected="batch_size >= 1", got=str(self.batch_size)
            )
        if self.prefetch < 0:
            processes = max(1, self.num_processes)
            self.prefetch = 8 * max(processes, self.batch_size // processes)


@pai_dataclass
@dataclass
class DataBaseParams(ABC):  # noqa: B024 - stand-alone pipelines use it without cls()
    """Parameters of the data of a scenario."""

    pre_proc: DataProcessorPipelineParams = field(
        default_factory=SequentialProcessorPipelineParams,
        metadata=pai_meta(
            help="The processors between the data generator and the model",
            choices=[SequentialProcessorPipelineParams, ComposedProcessorPipelineParams],
        ),
    )
    post_proc: DataProcessorPipelineParams = field(
        default_factory=SequentialProcessorPipelineParams,
        metadata=pai_meta(
            help="The processors behind the model",
            choices=[SequentialProcessorPipelineParams, ComposedProcessorPipelineParams],
        ),
    )
    resource_base_path: str = field(
        default=os.getcwd(),
        metadata=pai_meta(help="The directory that relative paths of resources begin at", mode="ignore"),
    )

    @staticmethod
    def cls() -> Type["DataBase"]:
        """Return the class of the data; to be overridden."""
        raise NotImplementedError("Override cls() to return the class of the data.")

    def create(self) -> "DataBase":
        """Create the data."""
        return self.cls()(params=self)
