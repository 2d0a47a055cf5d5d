# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of processor pipelines: which processors run, in which order and where."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Type, TypeVar

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataBaseParams, DataPipelineParams
    from tfaip.data.pipeline.processor.pipeline import DataProcessorPipeline

__all__ = ["ComposedProcessorPipelineParams", "DataProcessorPipelineParams", "SequentialProcessorPipelineParams"]

TProcessorParams = TypeVar("TProcessorParams", bound=DataProcessorParams)


@pai_dataclass
@dataclass
class DataProcessorPipelineParams(ABC):
    """What all kinds of processor pipelines have in common."""

    run_parallel: bool = field(default=True, metadata=pai_meta(help="Run the processors in worker processes"))
    num_threads: int = field(
        default=-1, metadata=pai_meta(help="Number of worker processes, -1 for num_processes of the pipeline")
    )
    max_tasks_per_process: int = field(
        default=250,
        metadata=pai_meta(
            help="Replace a worker process after this number of samples. "
            "The default means never: replacing workers only helps if a processor loses memory"
        ),
    )

    @abstractmethod
    def as_composed(self) -> "ComposedProcessorPipelineParams":
        """Return the same processors grouped into stages."""

    @abstractmethod
    def flatten_processors(self) -> List[DataProcessorParams]:
        """Return all processors in their order."""

    @abstractmethod
    def _processor_lists(self) -> List[List[DataProcessorParams]]:
        """Return the lists that hold the processors, to be changed in place."""

    def create(
        self, data_pipeline_params: "DataPipelineParams", data_params: "DataBaseParams"
    ) -> "DataProcessorPipeline":
        """Create the pipeline of the processors that apply to a mode.

        Args:
            data_pipeline_params: Gives the mode and the number of processes.
            data_params: Is handed to each processor.
        """
        from tfaip.data.pipeline.processor.pipeline import DataProcessorPipeline

        return DataProcessorPipeline.from_params(data_pipeline_params, self.as_composed(), data_params)

    def has_processor(self, cls: Type[DataProcessorParams]) -> bool:
        """Return whether there are parameters of this class or a subclass."""
        return bool(self.processors_of_type(cls))

    def processors_of_type(self, cls: Type[TProcessorParams]) -> List[TProcessorParams]:
        """Return the parameters of this class and its subclasses."""
        return [params for params in self.flatten_processors() if isinstance(params, cls)]

    def erase_all(self, cls: Type[DataProcessorParams]) -> None:
        """Remove all parameters of this class and its subclasses."""
        for processors in self._processor_lists():
            processors[:] = [params for params in processors if not isinstance(params, cls)]

    def replace_all(self, cls: Type[DataProcessorParams], p: DataProcessorParams) -> None:
        """Replace all parameters of this class and its subclasses.

        Args:
            cls: The class to look for.
            p: What to put in place of each.
        """
        for processors in self._processor_lists():
            processors[:] = [p if isinstance(params, cls) else params for params in processors]


@pai_dataclass
@dataclass
class SequentialProcessorPipelineParams(DataProcessorPipelineParams):
    """Processors one after the other; what can run together in a worker is found automatically."""

    processors: List[DataProcessorParams] = field(
        default_factory=list, metadata=pai_meta(help="The processors in their order")
    )

    def as_composed(self) -> "ComposedProcessorPipelineParams":
        """Return runs of mapping processors as one stage each and every generating processor as its own stage."""
        stages: List[List[DataProcessorParams]] = []
        previous_maps = False
        for params in self.processors:
            maps = is_mapping(params)
            if maps and previous_maps:
                stages[-1].append(params)
            else:
                stages.append([params])
            previous_maps = maps
        settings = (self.run_parallel, self.num_threads, self.max_tasks_per_process)
        pipelines = [SequentialProcessorPipelineParams(*settings, processors=stage) for stage in stages]
        return ComposedProcessorPipelineParams(*settings, pipelines=pipelines)

    def flatten_processors(self) -> List[DataProcessorParams]:
        """Return a list of all processors."""
        return list(self.processors)

    def _processor_lists(self) -> List[List[DataProcessorParams]]:
        return [self.processors]


@pai_dataclass
@dataclass
class ComposedProcessorPipelineParams(DataProcessorPipelineParams):
    """Processors grouped by hand into stages, each with its own settings."""

    pipelines: List[SequentialProcessorPipelineParams] = field(
        default_factory=list,
        metadata=pai_meta(help="The stages; each may hold one generating processor and mapping ones around it"),
    )

    def as_composed(self) -> "ComposedProcessorPipelineParams":
        """Return these parameters."""
        return self

    def flatten_processors(self) -> List[DataProcessorParams]:
        """Return the processors of all stages in one list."""
        return [params for stage in self.pipelines for params in stage.processors]

    def _processor_lists(self) -> List[List[DataProcessorParams]]:
        return [stage.processors for stage in self.pipelines]


# the names that the manual uses
SequentialDataProcessorPipeline = SequentialProcessorPipelineParams
SequenceProcessorPipelineParams = SequentialProcessorPipelineParams
CompoundProcessorPipelineParams = ComposedProcessorPipelineParams


def is_mapping(params: DataProcessorParams) -> bool:
    """Return whether the parameters belong to a processor that makes one sample of one."""
    return issubclass(params.cls(), MappingDataProcessor)
