# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The base class of all predictors: data in, predicted samples out."""

import copy
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Generic, List, Optional, Tuple, Type, TypeVar

from tfaip.data.pipeline.definitions import PipelineMode, Sample, SampleErrorPolicy, SkippedSample, describe
from tfaip.data.pipeline.unbatch import to_unbatched_samples
from tfaip.device.device_config import DeviceConfig
from tfaip.predict.params import PredictorParams
from tfaip.predict.predictionfunction import Arrays, to_numpy
from tfaip.predict.rawinputs import create_raw_pipeline
from tfaip.predict.sampleprocessors import SampleProcessors
from tfaip.util.benchmark import BenchmarkResults
from tfaip.util.generic_meta import CollectGenericTypes
from tfaip.util.logging import logger

if TYPE_CHECKING:
    import tensorflow as tf

    from tfaip.data.data import DataBase
    from tfaip.data.databaseparams import DataGeneratorParams, DataPipelineParams
    from tfaip.data.pipeline.datapipeline import DataPipeline
    from tfaip.predict.raw_predictor import RawPredictor

log = logger(__name__)

TPredictorParams = TypeVar("TPredictorParams", bound=PredictorParams)


class PredictorBase(Generic[TPredictorParams], ABC, metaclass=CollectGenericTypes):
    """Applies pre-processing, a model and post-processing to data.

    All ``predict*`` methods are lazy generators of samples in the order of the input. A predicted sample is unbatched:
    ``inputs`` and ``outputs`` are dictionaries of NumPy arrays (and what post-processing adds), ``targets`` is ``{}``
    unless ``params.include_targets``, ``meta`` is the meta data of the sample. A sample that the processors fail on or
    drop is missing in the output; the former are listed in ``skipped_samples``.

    Args:
        params: How to predict.
        data: Its processors and specs are used.
        kwargs: Must be empty here; what ``ScenarioBase.static_predictor_kwargs`` returns has to be taken by the
            subclass.

    Attributes:
        device_config: The devices in use.
        benchmark_results: Counts and times of the last prediction; the caller's own time between two samples does not
            count.
        skipped_samples: The samples that the last prediction could not read.
        print_fn: Prints the predicted samples unless ``params.silent``; writes to the log by default.
    """

    @classmethod
    def params_cls(cls) -> Type[PredictorParams]:
        """Return the class of the parameters."""
        return cls.__generic_types__["TPredictorParams"]

    def __init__(self, params: TPredictorParams, data: "DataBase", **kwargs: Any):
        assert not kwargs, f"Arguments that {type(self).__name__} does not know: {sorted(kwargs)}"
        self._params = params
        self._data = data
        self.device_config = DeviceConfig(params.device)
        self.device_config.use_one_device()
        self.benchmark_results = BenchmarkResults()
        self.skipped_samples: List[SkippedSample] = []
        self.print_fn: Callable[[str], Any] = log.info

    @property
    def params(self) -> TPredictorParams:
        """The parameters of the prediction."""
        return self._params

    @property
    def data(self) -> "DataBase":
        """The data whose processors and specs are used."""
        return self._data

    # ------------------------------------------------------------------ what to predict
    def predict(self, params: "DataGeneratorParams") -> Iterator[Sample]:
        """Predict the samples of a data generator.

        Args:
            params: The parameters of the generator.
        """
        yield from self.predict_pipeline(self._data.create_pipeline(self.pipeline_params(), params))

    def predict_raw(self, inputs: Iterable[Any], *, size: Optional[int] = None) -> Iterator[Sample]:
        """Predict raw inputs: what a data generator would put into a sample.

        Args:
            inputs: The inputs of each sample, or samples.
            size: Number of inputs. Default: their length; inputs that have none are read at once.
        """
        yield from self.predict_pipeline(create_raw_pipeline(self._data, self.pipeline_params(), inputs, size))

    def predict_pipeline(self, pipeline: "DataPipeline") -> Iterator[Sample]:
        """Predict the samples of a data pipeline, which is left open for further use."""
        self.skipped_samples = []
        already_skipped = len(pipeline.skipped_samples)
        yield from self._report(self.processed_samples(pipeline), _length_of(pipeline))
        self.skipped_samples = list(pipeline.skipped_samples[already_skipped:])
        if self.skipped_samples:
            log.warning("%d unreadable samples were skipped", len(self.skipped_samples))

    def processed_samples(self, pipeline: "DataPipeline") -> Iterator[Sample]:
        """Yield the post-processed samples of a data pipeline, without progress bar, hooks and measurement."""
        with pipeline.generate_input_batches() as batches:
            with self._process_output(pipeline, self._predict_batches(batches, pipeline.mode)) as samples:
                yield from samples

    def predict_dataset(self, dataset: "tf.data.Dataset") -> Iterator[Sample]:
        """Predict the batches of a dataset, without pre- and post-processing.

        Args:
            dataset: Its elements are batched: a dictionary of inputs, ``(inputs, meta)``, or, if targets are to be
                included, ``(inputs, targets, meta)``.
        """
        mode = self.pipeline_params().mode
        batches = (_as_tuple(batch) for batch in dataset.as_numpy_iterator())
        yield from self._report(self._predict_batches(batches, mode), None)

    def predict_database(self, dataset: "tf.data.Dataset") -> Iterator[Sample]:
        """Do the same as :meth:`predict_dataset`, by its name in the manual."""
        return self.predict_dataset(dataset)

    def raw(self) -> "RawPredictor":
        """Return a context manager that gives a function to predict sample by sample."""
        from tfaip.predict.raw_predictor import RawPredictor

        return RawPredictor(self)

    def close(self) -> None:
        """End the worker processes, which otherwise serve all predictions of this object's life."""
        self._data.join()

    def pipeline_params(self) -> "DataPipelineParams":
        """Return the pipeline parameters of this prediction: a copy with mode and error policy set."""
        params = copy.copy(self._params.pipeline)
        params.mode = PipelineMode.EVALUATION if self._params.include_targets else PipelineMode.PREDICTION
        # Parameter classes written for tfaip 1.2 need not be derived from ours.
        if getattr(self._params, "strict", False):
            params.sample_errors = SampleErrorPolicy.RAISE
        return params

    # ------------------------------------------------------------------ to override
    @abstractmethod
    def predict_batch(self, inputs: Arrays) -> Any:
        """Apply the model to a batch of inputs and return the batched outputs."""
        raise NotImplementedError

    def complete_sample(self, sample: Sample) -> Sample:
        """Return an unbatched sample as post-processing gets it."""
        return sample if sample.targets is not None else sample.new_targets({})

    def create_sample_post_proc(self, mode: PipelineMode) -> Callable[[Sample], Optional[Sample]]:
        """Return the post-processing of single samples in this process; it returns None if it drops the sample."""
        return SampleProcessors(self._data.params.post_proc, self._data.params, mode).apply_on_sample

    def _process_output(
        self, pipeline: "DataPipeline", samples: Iterator[Sample]
    ) -> AbstractContextManager[Iterable[Sample]]:
        """Return a context that gives the post-processed samples."""
        return pipeline.process_output(samples)

    def _print_prediction(self, sample: Sample, print_fn: Callable[[str], Any]) -> None:
        """Print one predicted sample. Override it to show what matters.

        Args:
            sample: The post-processed sample.
            print_fn: Called with each line.
        """
        print_fn(f"{describe(sample.meta)}: {describe(sample.outputs)}")

    def _on_sample_end(self, sample: Sample) -> None:
        """Is called with each post-processed sample. Override if needed."""

    def _on_step_end(self, inputs: Any, outputs: Any) -> None:
        """Is called with the arrays of each batch after the model. Override if needed."""

    def _on_predict_end(self) -> None:
        """Is called after the last sample. Override if needed."""

    # ------------------------------------------------------------------ the loop
    def _predict_batches(self, batches: Iterable[Tuple[Any, ...]], mode: PipelineMode) -> Iterator[Sample]:
        has_targets = mode != PipelineMode.PREDICTION
        for batch in batches:
            inputs, targets, meta = _split(batch, has_targets)
            outputs = to_numpy(self.predict_batch(inputs))
            self.benchmark_results.n_batches += 1
            self._on_step_end(inputs, outputs)
            for sample in to_unbatched_samples(inputs, targets, outputs, meta):
                yield self.complete_sample(sample)

    def _report(self, samples: Iterable[Sample], total: Optional[int]) -> Iterator[Sample]:
        """Yield the samples; measure, show progress and call the hooks."""
        from tqdm import tqdm

        self.benchmark_results = results = BenchmarkResults()
        iterator = iter(samples)
        n_samples, seconds = 0, 0.0
        # None switches the bar off where nobody looks: if the output is no terminal.
        disable = None if self._params.progress_bar else True
        with tqdm(total=total, desc="Prediction", unit=" samples", disable=disable) as progress:
            while True:
                start = time.perf_counter()
                sample = next(iterator, None)
                seconds += time.perf_counter() - start
                if sample is None:
                    break
                n_samples += 1
                progress.update()
                self._on_sample_end(sample)
                if not self._params.silent:
                    self._print_prediction(sample, self.print_fn)
                results.finish_epoch(seconds, n_samples)
                yield sample
        results.finish_epoch(seconds, n_samples)
        self._on_predict_end()


def _split(batch: Tuple[Any, ...], has_targets: bool) -> Tuple[Any, Any, Any]:
    """Return inputs, targets and meta of a batch; what it lacks is None."""
    if has_targets and len(batch) > 1:
        return batch[0], batch[1], batch[2] if len(batch) > 2 else None
    return batch[0], None, batch[-1] if len(batch) > 1 else None


def _as_tuple(batch: Any) -> Tuple[Any, ...]:
    return batch if isinstance(batch, tuple) else (batch,)


def _length_of(pipeline: "DataPipeline") -> Optional[int]:
    """Return the number of samples that go into a pipeline, None if it is not known before."""
    generator, limit = pipeline.create_data_generator(), pipeline.pipeline_params.limit
    if generator.yields_batches():
        return None
    return min(limit, len(generator)) if limit >= 0 else len(generator)
