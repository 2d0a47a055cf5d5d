# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The base class of all predictors: data in, predicted samples out."""

import copy
import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing
from typing import TYPE_CHECKING, Any, Dict, Generic, List, Optional, Tuple, Type, TypeVar

from tfaip.data.pipeline.definitions import PipelineMode, Sample, SampleErrorPolicy, SkippedSample, describe
from tfaip.device.device_config import DeviceConfig
from tfaip.predict.inputbatches import PipelineInput, dataset_batches
from tfaip.predict.params import PredictorParams
from tfaip.predict.predictedbatch import (
    PredictedBatch,
    SampleBatch,
    predicted_ahead,
    predicted_in_turn,
    samples_in_order,
    stacked,
)
from tfaip.predict.predictionfunction import Arrays, to_numpy
from tfaip.predict.progress import ProgressBar, timed
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

    With ``batched=True`` each element is a sample that holds a batch: the arrays have the batch as first axis, ``meta``
    is the list of the meta data if ``params.include_meta``, else None. Where there is post-processing its results are
    put together anew, ``params.pipeline.batch_size`` at a time, and what does not have one shape is a list. The hooks
    and the printing of single samples are left out.

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

    @property
    def input_data(self) -> "DataBase":
        """The data whose pre-processing and inputs are those of the model."""
        return self._data

    # ------------------------------------------------------------------ what to predict
    def predict(self, params: "DataGeneratorParams", *, batched: bool = False) -> Iterator[Sample]:
        """Predict the samples of a data generator.

        Args:
            params: The parameters of the generator.
            batched: Yield batches instead of single samples; see the class.
        """
        yield from self._predict_pipeline(self.input_data.create_pipeline(self.pipeline_params(), params), batched)

    def predict_raw(
        self, inputs: Iterable[Any], *, size: Optional[int] = None, batched: bool = False
    ) -> Iterator[Sample]:
        """Predict raw inputs: what a data generator would put into a sample.

        Args:
            inputs: The inputs of each sample, or samples. They are read lazily and need not have an end. Those without
                a length are predicted batch by batch as they come.
            size: Number of inputs. Default: their length if they have one.
            batched: Yield batches instead of single samples; see the class.

        Raises:
            UserTypeError: It is a single input instead of several.
        """
        yield from self._predict_pipeline(
            create_raw_pipeline(self.input_data, self.pipeline_params(), inputs, size), batched
        )

    def predict_pipeline(self, pipeline: "DataPipeline", *, batched: bool = False) -> Iterator[Sample]:
        """Predict the samples of a data pipeline, which is left open for further use.

        Args:
            pipeline: The pipeline.
            batched: Yield batches instead of single samples; see the class.
        """
        self.skipped_samples = []
        already_skipped = len(pipeline.skipped_samples)
        source = PipelineInput(pipeline)
        predicted = self._processed_batches(source) if batched else self.processed_samples(source)
        try:
            n_skipped = lambda: len(pipeline.skipped_samples) - already_skipped  # noqa: E731
            yield from self._report(predicted, source.size, batched, n_skipped)
        finally:
            self.skipped_samples = list(pipeline.skipped_samples[already_skipped:])
        if self.skipped_samples:
            log.warning("%d unreadable samples were skipped", len(self.skipped_samples))

    def _predict_pipeline(self, pipeline: "DataPipeline", batched: bool) -> Iterator[Sample]:
        # a subclass that overrides it need not know batches
        return self.predict_pipeline(pipeline, batched=True) if batched else self.predict_pipeline(pipeline)

    def predict_dataset(self, dataset: "tf.data.Dataset", *, batched: bool = False) -> Iterator[Sample]:
        """Predict the batches of a dataset, without pre- and post-processing.

        Args:
            dataset: Its elements are batched: a dictionary of inputs, ``(inputs, meta)``, or, if targets are to be
                included, ``(inputs, targets, meta)``.
            batched: Yield batches instead of single samples; see the class.
        """
        predicted = self._predicted(dataset_batches(dataset, self.pipeline_params().mode))
        unbatched = (self.complete_sample(sample) for batch in predicted for sample in batch.samples())
        yield from self._report(map(self._as_sample, predicted) if batched else unbatched, None, batched)

    def predict_database(self, dataset: "tf.data.Dataset", *, batched: bool = False) -> Iterator[Sample]:
        """Do the same as :meth:`predict_dataset`, by its name in the manual."""
        return self.predict_dataset(dataset, batched=batched)

    def result_row(self, sample: Sample) -> Dict[str, Any]:
        """Return what of a predicted sample is written to a file of results; see :meth:`_result_row`."""
        return self._result_row(sample)

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
        self, pipeline: "DataPipeline", samples: Iterator[Tuple[Optional[int], Sample]]
    ) -> AbstractContextManager[Iterable[Sample]]:
        """Return a context that gives the post-processed samples of those that come with their positions."""
        return pipeline.process_indexed_output(samples)

    def _print_prediction(self, sample: Sample, print_fn: Callable[[str], Any]) -> None:
        """Print one predicted sample. Override it to show what matters.

        Args:
            sample: The post-processed sample.
            print_fn: Called with each line.
        """
        print_fn(f"{describe(sample.meta)}: {describe(sample.outputs)}")

    def _result_row(self, sample: Sample) -> Dict[str, Any]:
        """Return what of a sample is written to a file of results, by name; to be overridden.

        By default the outputs, and the meta data and the targets if the parameters say so.
        """
        meta = {"meta": sample.meta} if self._params.include_meta else {}
        targets = {"targets": sample.targets} if self._params.include_targets else {}
        return {**meta, "outputs": sample.outputs, **targets}

    def _on_sample_end(self, sample: Sample) -> None:
        """Is called with each post-processed sample. Override if needed."""

    def _on_step_end(self, inputs: Any, outputs: Any) -> None:
        """Is called with the arrays of each batch after the model. Override if needed."""

    def _on_predict_end(self) -> None:
        """Is called after the last sample. Override if needed."""

    # ------------------------------------------------------------------ the loop
    def _predicted(
        self, batches: Iterator[PredictedBatch], ahead: bool = False
    ) -> Generator[PredictedBatch, None, None]:
        """Yield the batches behind the model."""
        if ahead and not self._params.run_eagerly:
            running = predicted_ahead(batches, self._predict_arrays, self._max_batches_at_a_time())
        else:
            running = predicted_in_turn(batches, self._predict_arrays)
        with closing(running) as predicted:
            for batch in predicted:
                self.benchmark_results.n_batches += 1
                self._on_step_end(batch.inputs, batch.outputs)
                yield batch

    def _max_batches_at_a_time(self) -> int:
        """Return how many calls of :meth:`predict_batch` may run at a time, each in a thread of its own."""
        return 1

    def _predict_arrays(self, inputs: Any) -> Any:
        return to_numpy(self.predict_batch(inputs))

    def processed_samples(self, source: PipelineInput) -> Iterator[Sample]:
        """Yield the post-processed samples of a data pipeline, without progress bar, hooks and measurement."""
        with source.batches() as batches, closing(self._predicted(batches, source.waits_for_nobody)) as predicted:
            samples = ((index, self.complete_sample(sample)) for index, sample in samples_in_order(predicted))
            with self._process_output(source.pipeline, samples) as processed:
                yield from processed

    def _processed_batches(self, source: PipelineInput) -> Iterator[Sample]:
        if self._has_post_proc(source.pipeline.mode):
            yield from self._stacked(self.processed_samples(source))
            return
        with source.batches() as batches, closing(self._predicted(batches, source.waits_for_nobody)) as predicted:
            yield from map(self._as_sample, predicted)

    def _has_post_proc(self, mode: PipelineMode) -> bool:
        """Return whether anything is to be done with the samples behind the model."""
        return any(processor.applies_to(mode) for processor in self._data.params.post_proc.flatten_processors())

    def _as_sample(self, batch: PredictedBatch) -> Sample:
        """Return a batch as one sample."""
        meta = batch.metas if self._params.include_meta else None
        targets = {} if batch.targets is None else batch.targets
        return SampleBatch(len(batch), inputs=batch.inputs, outputs=batch.outputs, targets=targets, meta=meta)

    def _stacked(self, samples: Iterator[Sample]) -> Iterator[Sample]:
        while group := list(itertools.islice(samples, self._params.pipeline.batch_size)):
            yield stacked(group, self._params.include_meta)

    def _report(
        self,
        predicted: Iterable[Sample],
        total: Optional[int],
        batched: bool = False,
        n_skipped: Callable[[], int] = lambda: 0,
    ) -> Iterator[Sample]:
        """Yield the samples, or batches; measure, show progress and call the hooks."""
        self.benchmark_results = results = BenchmarkResults()
        try:
            with ProgressBar(total, self._params.progress_bar, n_skipped) as progress:
                for sample, seconds in timed(predicted):
                    n_samples = sample.n_samples if isinstance(sample, SampleBatch) else 1
                    progress.update(n_samples)
                    results.n_samples += n_samples
                    results.total_time += seconds
                    if not batched:
                        self._on_sample_end(sample)
                        if not self._params.silent:
                            self._print_prediction(sample, self.print_fn)
                    yield sample
        finally:
            results.finish_epoch(results.total_time)
        self._on_predict_end()
