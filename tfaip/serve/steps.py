# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The steps of a prediction, apart: pre-processing, batch, post-processing."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, Hashable, List, Optional, Tuple

import numpy as np

from tfaip.data.pipeline.batching.collator import BatchCollator
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.specs import to_array_spec
from tfaip.predict.predictedbatch import PredictedBatch
from tfaip.predict.predictionfunction import to_numpy
from tfaip.predict.rawinputs import create_raw_pipeline
from tfaip.predict.sampleprocessors import SampleProcessors
from tfaip.serve.errors import wrong_input
from tfaip.util.sample.shape_utils import batch_size_of

if TYPE_CHECKING:
    from tfaip.predict.predictorbase import PredictorBase

MODE = PipelineMode.PREDICTION


@dataclass
class Prepared:
    """A sample that is ready for the model.

    Attributes:
        content: Its arrays by the names of the inputs, or the sample itself.
        meta: Its meta data.
        group: Only samples of the same group can share a batch.
        shapes: The shapes of the arrays; similar ones need little padding.
    """

    content: Any
    meta: Any
    group: Hashable
    shapes: Tuple[Tuple[int, ...], ...] = ()


class PredictionSteps(ABC):
    """What happens to a sample. :meth:`prepare` and :meth:`finish` may be called in several threads.

    Attributes:
        takes_tensors: Whether the pre-processing can be left out.
        is_processed: Whether anything is done with inputs before the network gets them, which may take a text for the
            name of a file.
    """

    takes_tensors = False
    is_processed = True

    def check_takes_tensors(self) -> None:
        """Raise an error if the pre-processing cannot be left out.

        Raises:
            RequestError: It cannot.
        """
        if not self.takes_tensors:
            raise wrong_input("This service needs its pre-processing, so it takes no tensors.", hint="send inputs")

    @abstractmethod
    def prepare(self, sample: Sample, is_tensors: bool = False) -> Prepared:
        """Pre-process a sample, and check that the model can take it.

        Args:
            sample: The sample.
            is_tensors: Its inputs are those of the network already.

        Raises:
            UserError: A processor drops it, or it does not fit the inputs of the network.
            Exception: What a processor raises.
        """

    @abstractmethod
    def predict(self, samples: Sequence[Prepared]) -> List[Sample]:
        """Apply the model to samples of one group; called in one thread."""

    @abstractmethod
    def finish(self, predicted: Sample) -> Sample:
        """Post-process a sample.

        Raises:
            UserError: A processor drops it.
            Exception: What a processor raises.
        """


class BatchSteps(PredictionSteps):
    """The steps of a predictor whose samples can share batches.

    Args:
        predictor: Its model and data are used.
    """

    def __init__(self, predictor: "PredictorBase"):
        self._predictor = predictor
        # several models may have their own pre-processing each
        self.takes_tensors = predictor.input_data is predictor.data
        self.is_processed = _has_processors(predictor)
        data = predictor.input_data
        padding = data.padding_values()
        self.specs = {key: to_array_spec(key, spec, padding) for key, spec in data.input_layer_specs().items()}
        self._collator = BatchCollator({"inputs": self.specs})
        self._processors = _ProcessorsOfThread(predictor)

    def prepare(self, sample: Sample, is_tensors: bool = False) -> Prepared:
        """See the base class."""
        if is_tensors:
            self.check_takes_tensors()
            _check_names(sample.inputs, list(self.specs))
            processed: Optional[Sample] = sample
        else:
            processed = self._processors.pre_proc(sample)
        if processed is None or not processed.is_valid(MODE):
            raise wrong_input("A processor dropped the sample.", hint="it is not what the pre-processing expects")
        (batch,) = self._collator.collate([(0, processed)])
        row = {key: array[0] for key, array in batch.items()}
        shapes = tuple(array.shape for array in row.values())
        return Prepared(row, processed.meta, group=tuple(map(len, shapes)), shapes=shapes)

    def predict(self, samples: Sequence[Prepared]) -> List[Sample]:
        """See the base class."""
        (inputs,) = self._collator.collate_rows([(sample.content,) for sample in samples])
        outputs = to_numpy(self._predictor.predict_batch(inputs))
        size = batch_size_of(outputs)
        if size != len(samples):
            raise ValueError(f"The model gave outputs for {size} samples instead of {len(samples)}.")
        return list(PredictedBatch(inputs, metas=[sample.meta for sample in samples], outputs=outputs).samples())

    def finish(self, predicted: Sample) -> Sample:
        """See the base class."""
        finished = self._processors.post_proc(self._predictor.complete_sample(predicted))
        return _check_not_dropped(finished)


class WholePipelineSteps(PredictionSteps):
    """The steps where TensorFlow makes the batches (an overridden ``TFDatasetGenerator``): one sample after the other.

    Args:
        predictor: Predicts.
    """

    def __init__(self, predictor: "PredictorBase"):
        self._predictor = predictor

    def prepare(self, sample: Sample, is_tensors: bool = False) -> Prepared:
        """See the base class."""
        if is_tensors:
            self.check_takes_tensors()
        return Prepared(sample, sample.meta, group=object())

    def predict(self, samples: Sequence[Prepared]) -> List[Sample]:
        """See the base class."""
        with self._predictor.raw() as predict:
            return [predict(sample.content) for sample in samples]

    def finish(self, predicted: Sample) -> Sample:
        """See the base class."""
        return _check_not_dropped(predicted)


def create_steps(predictor: "PredictorBase") -> PredictionSteps:
    """Return the steps of a predictor."""
    pipeline = create_raw_pipeline(predictor.input_data, predictor.pipeline_params(), [])
    if pipeline._create_tf_dataset_generator().is_custom():
        return WholePipelineSteps(predictor)
    return BatchSteps(predictor)


def _has_processors(predictor: "PredictorBase") -> bool:
    return any(processor.applies_to(MODE) for processor in predictor.input_data.params.pre_proc.flatten_processors())


class _ProcessorsOfThread(threading.local):
    """The processors, made anew in each thread: nothing is said about their use in several threads at a time."""

    def __init__(self, predictor: "PredictorBase"):
        params = predictor.input_data.params
        self.pre_proc: Callable[[Sample], Optional[Sample]] = SampleProcessors(
            params.pre_proc, params, MODE
        ).apply_on_sample
        self.post_proc: Callable[[Sample], Optional[Sample]] = predictor.create_sample_post_proc(MODE)


def _check_names(tensors: Dict[str, np.ndarray], expected: List[str]) -> None:
    unknown = [name for name in tensors if name not in expected]
    if unknown:
        raise wrong_input(
            f"The network has no input {unknown[0][:100]!r}.",
            expected=", ".join(expected),
            got=", ".join(tensors)[:300],
        )


def _check_not_dropped(sample: Optional[Sample]) -> Sample:
    if sample is None or not sample.is_valid():
        raise wrong_input("A processor dropped the sample after the prediction.")
    return sample
