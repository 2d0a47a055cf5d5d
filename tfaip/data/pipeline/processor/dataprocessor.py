# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Processors: plain Python that turns samples into samples.

A processor is a pair of a parameter dataclass and a class. Only the parameters travel to a worker process, the
processor is created there.
"""

import itertools
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, List, Optional, Set, Type, TypeVar, Union

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.pipeline.definitions import GENERAL_PROCESSOR, PipelineMode, Sample
from tfaip.data.pipeline.seeding import HasSeededGenerator
from tfaip.util.errors import UserValueError
from tfaip.util.generic_meta import CollectGenericTypes

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataBaseParams

logger = logging.getLogger(__name__)


class Key(str):
    """Names that scenarios on images use for the entries of their inputs, targets and outputs."""

    IMG = "img"
    IMG_SHAPE = "img_shape"
    IMG_PATH = "img_path"
    IMG_ID = "img_id"
    MASK = "mask"
    GT_BOXES = "groundtruth_boxes"
    GT_CLASSES = "groundtruth_classes"
    GT_NAMES = "groundtruth_names"
    GT_NUM = "groundtruth_boxes_num"
    PRED = "pred"
    CLASS = "class"
    LOGITS = "logits"
    SEGMENTATIONS = "segmentation"
    CLASSNAMES = "classnames"
    COORD = "coord"


def is_valid_sample(sample: Optional[Sample], mode: Optional[PipelineMode]) -> bool:
    """Return whether there is a sample and it holds what a pipeline of this mode needs."""
    return sample is not None and sample.is_valid(mode)


@pai_dataclass
@dataclass
class DataProcessorParams(ABC):  # noqa: B024 - an override of create() makes cls() superfluous
    """Parameters of a processor."""

    modes: Set[PipelineMode] = field(
        default_factory=GENERAL_PROCESSOR.copy,
        metadata=pai_meta(help="The modes of pipelines that the processor runs in"),
    )

    @staticmethod
    def cls() -> Type["DataProcessorBase"]:
        """Return the class of the processor; to be overridden."""
        raise NotImplementedError("Override cls() to return the class of the processor.")

    def create(self, data_params: "Optional[DataBaseParams]", mode: PipelineMode, **kwargs: Any) -> "DataProcessorBase":
        """Create the processor.

        Args:
            data_params: The parameters of the data that the processor belongs to.
            mode: The mode of the pipeline.
            kwargs: Handed on to the processor.

        Raises:
            ValueError: The processor does not run in this mode.
        """
        if not self.applies_to(mode):
            raise UserValueError(
                f"The processor {type(self).__name__} does not run in a pipeline of mode {mode}.",
                expected=f"one of {sorted(str(m) for m in self.modes)}",
                got=str(mode),
                hint="add the mode to the field 'modes' of the processor's parameters",
            )
        cls = self.cls()
        try:
            return cls(params=self, data_params=data_params, mode=mode, **kwargs)
        except TypeError:
            logger.error(
                "%s could not be created. Does its __init__ take (params, data_params, mode, **kwargs)?", cls.__name__
            )
            raise

    def samples_per_chunk(self) -> Optional[int]:
        """Return how many samples ``generate()`` of a generating processor gets at once; to be overridden.

        Returns:
            A number: chunks of so many samples of the stage's input, the last one of a pass being smaller, are spread
            over the worker processes. None: all samples of a pass, in one worker process.
        """
        return None

    def applies_to(self, mode: PipelineMode) -> bool:
        """Return whether the processor runs in a pipeline of this mode."""
        return mode in list(self.modes)


T = TypeVar("T", bound=DataProcessorParams)


class DataProcessorBase(HasSeededGenerator, Generic[T], ABC, metaclass=CollectGenericTypes):
    """Base of all processors.

    Randomness comes from ``self.rng``, a ``numpy.random.Generator``. A pipeline seeds it for each sample by its own
    seed, the number of the pass, the position of the sample and the place of the processor.

    Args:
        params: The parameters of the processor.
        data_params: The parameters of the data.
        mode: The mode of the pipeline.
        kwargs: Nothing; a subclass takes its own arguments out.
    """

    def __init__(self, params: T, data_params: "Optional[DataBaseParams]", mode: PipelineMode, **kwargs: Any):
        if kwargs:
            raise TypeError(f"{type(self).__name__} got unknown arguments: {', '.join(sorted(kwargs))}.")
        self.params: T = params
        self.data_params = data_params
        self.mode = mode

    def supports_preload(self) -> bool:
        """Return whether the result may be computed once and kept in memory (no randomness)."""
        return True

    def is_valid_sample(self, sample: Optional[Sample]) -> bool:
        """Return whether the sample shall stay in the pipeline."""
        return is_valid_sample(sample, self.mode)

    def preload(
        self, samples: List[Sample], num_processes: int = 1, drop_invalid: bool = True, progress_bar: bool = False
    ) -> List[Sample]:
        """Process the samples that are to be kept in memory; see :meth:`apply_on_samples`."""
        return self.apply_on_samples(samples, num_processes, drop_invalid, progress_bar)

    @abstractmethod
    def apply_on_samples(
        self, samples: Iterable[Sample], num_processes: int = 1, drop_invalid: bool = True, progress_bar: bool = False
    ) -> List[Sample]:
        """Process all samples.

        Args:
            samples: The samples.
            num_processes: Number of worker processes; 1 stays in this process.
            drop_invalid: Leave out the samples that the processor marked as invalid.
            progress_bar: Show the progress.
        """

    @abstractmethod
    def __call__(self, samples: Any) -> Any:
        """Process one sample or several."""


class MappingDataProcessor(DataProcessorBase[T]):
    """A processor that makes one sample of one sample."""

    @abstractmethod
    def apply(self, sample: Sample) -> Optional[Sample]:
        """Return the processed sample.

        Args:
            sample: The sample. Return a copy with new parts (``sample.new_inputs(...)``) instead of changing arrays.

        Returns:
            The new sample; None or ``sample.new_invalid()`` drops it.
        """

    def apply_on_sample(self, sample: Sample) -> Optional[Sample]:
        """Call :meth:`apply` on a shallow copy of the sample, whose meta data are a dictionary if there are none."""
        sample = sample.copy()
        if sample.meta is None:
            sample.meta = {}
        return self.apply(sample)

    def apply_on_samples(
        self, samples: Iterable[Sample], num_processes: int = 1, drop_invalid: bool = True, progress_bar: bool = False
    ) -> List[Sample]:
        """Process all samples in their order; see the base class."""
        from tfaip.data.pipeline.processor.sample.mapping import apply_in_order

        return apply_in_order(self, samples, num_processes, drop_invalid, progress_bar)

    def __call__(self, samples: Union[Sample, Iterable[Sample]]) -> Any:
        """Process one sample, or lazily several."""
        if isinstance(samples, Sample):
            return self.apply_on_sample(samples)
        results = map(self.apply_on_sample, samples)
        return (sample for sample in results if self.is_valid_sample(sample))


class GeneratingDataProcessor(DataProcessorBase[T]):
    """A processor that makes any number of samples of any number of samples."""

    @abstractmethod
    def generate(self, samples: Iterable[Sample]) -> Iterable[Sample]:
        """Yield samples made from ``samples``.

        What is yielded must depend on nothing but the samples and ``self.rng``: if a worker process dies, another one
        calls this again with the same samples.

        Args:
            samples: Those of one pass over the data; those of a chunk if the parameters declare
                :meth:`DataProcessorParams.samples_per_chunk`; those of a batch if the data generator yields batches.
                They need not be read to their end.
        """

    def apply_on_samples(
        self, samples: Iterable[Sample], num_processes: int = 1, drop_invalid: bool = True, progress_bar: bool = False
    ) -> List[Sample]:
        """Process all samples in this process; see the base class."""
        from tfaip.util.multiprocessing.parallelmap import tqdm_wrapper

        source = iter(tqdm_wrapper(samples, progress_bar=progress_bar, desc=type(self).__name__))
        size = self.params.samples_per_chunk()
        chunks: Iterable[Iterable[Sample]] = [source]
        if size is not None:
            chunks = iter(lambda: list(itertools.islice(source, size)), [])
        results = itertools.chain.from_iterable(map(self.generate, chunks))
        return [sample for sample in results if not drop_invalid or self.is_valid_sample(sample)]

    def __call__(self, samples: Iterable[Sample]) -> Iterable[Sample]:
        """Process the samples lazily."""
        return self.generate(samples)


@pai_dataclass
@dataclass
class SequenceProcessorParams(DataProcessorParams):
    """Parameters of a :class:`SequenceProcessor`: none."""

    @staticmethod
    def cls() -> Type["SequenceProcessor"]:
        """Return the class of the processor."""
        return SequenceProcessor


class SequenceProcessor(MappingDataProcessor[SequenceProcessorParams]):
    """Several mapping processors that run as one.

    Args:
        data_params: The parameters of the data.
        mode: The mode of the pipeline.
        processors: The processors in their order.
    """

    def __init__(
        self,
        data_params: "Optional[DataBaseParams]",
        mode: PipelineMode,
        processors: Sequence[MappingDataProcessor],
    ):
        super().__init__(SequenceProcessorParams(), data_params, mode)
        self.processors = list(processors)
        self.current: Optional[MappingDataProcessor] = None  # where it failed, if it failed

    def apply(self, sample: Sample) -> Optional[Sample]:
        """Return the sample after all processors, None as soon as one of them marks it as invalid."""
        result: Optional[Sample] = sample
        for processor in self.processors:
            self.current = processor
            result = processor.apply_on_sample(sample)
            if not processor.is_valid_sample(result):
                return None
            assert result is not None
            sample = result
        self.current = None
        return result

    def seed_rng(self, seed: int, place: int = 0) -> None:
        """Seed the generators of all processors, each with its place."""
        for number, processor in enumerate(self.processors, place):
            processor.seed_rng(seed, number)

    def supports_preload(self) -> bool:
        """Return whether all processors support it."""
        return all(processor.supports_preload() for processor in self.processors)
