# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Prediction sample by sample, as a function."""

from types import TracebackType
from typing import TYPE_CHECKING, Any, Optional

from tfaip.data.pipeline.batching.collator import BatchCollator
from tfaip.data.pipeline.definitions import PipelineMode, Sample, describe
from tfaip.data.pipeline.processor.sample.ownership import own_sample
from tfaip.data.pipeline.specs import to_array_spec
from tfaip.predict.inputbatches import PipelineInput
from tfaip.predict.predictedbatch import PredictedBatch
from tfaip.predict.predictionfunction import to_numpy
from tfaip.predict.rawinputs import as_sample, create_raw_pipeline
from tfaip.predict.sampleprocessors import SampleProcessors
from tfaip.util.errors import UserError

if TYPE_CHECKING:
    from tfaip.predict.predictorbase import PredictorBase


class RawPredictor:
    """Context manager that gives a function: raw inputs, or a sample, to the predicted sample.

    Everything runs in this process, with processors that are created once::

        with predictor.raw() as predict:
            sample = predict(image)

    Args:
        predictor: Its model and data are used.
    """

    def __init__(self, predictor: "PredictorBase"):
        self._predictor = predictor
        self._steps: Optional[_Steps] = None

    def __enter__(self) -> "RawPredictor":
        self._steps = _Steps(self._predictor)
        return self

    def __exit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self._steps = None

    def __call__(self, sample: Any) -> Sample:
        """Predict one sample.

        Args:
            sample: What a data generator would put into ``Sample.inputs``, or a sample.

        Raises:
            UserError: It is called outside of its context, or a processor drops the sample.
        """
        if self._steps is None:
            raise UserError(
                "A raw predictor is used outside of its context.", expected="with predictor.raw() as predict: ..."
            )
        sample = as_sample(sample)
        predicted = self._steps.predict(sample)
        if predicted is None or not predicted.is_valid():
            raise UserError(
                "A processor dropped the sample.",
                where=f"sample with meta {describe(sample.meta)}",
                hint="use predict_raw, which leaves such samples out",
            )
        return predicted


class _Steps:
    """Pre-processing, batching, model and post-processing of single samples."""

    def __init__(self, predictor: "PredictorBase"):
        data = predictor.input_data
        self._predictor = predictor
        self._mode = predictor.pipeline_params().mode
        self._pre_proc = SampleProcessors(data.params.pre_proc, data.params, self._mode)
        self._post_proc = predictor.create_sample_post_proc(self._mode)
        parts = {"inputs": data.input_layer_specs()}
        if self._mode != PipelineMode.PREDICTION:
            parts["targets"] = data.target_layer_specs()
        padding = data.padding_values()
        self._collator = BatchCollator(
            {
                part: {key: to_array_spec(key, spec, padding) for key, spec in specs.items()}
                for part, specs in parts.items()
            }
        )
        # a dataset that is mapped inside of tf.data needs the whole pipeline
        pipeline = create_raw_pipeline(data, predictor.pipeline_params(), [])
        self._needs_dataset = pipeline._create_tf_dataset_generator().is_custom()

    def predict(self, sample: Sample) -> Optional[Sample]:
        if self._needs_dataset:
            return self._predict_with_pipeline(sample)
        processed = self._pre_proc.apply_on_sample(own_sample(sample))
        if processed is None:
            return None
        inputs, *targets = self._collator.collate([(0, processed)])
        outputs = to_numpy(self._predictor.predict_batch(inputs))
        batch = PredictedBatch(inputs, targets[0] if targets else None, [processed.meta], outputs)
        return self._post_proc(self._predictor.complete_sample(next(batch.samples())))

    def _predict_with_pipeline(self, sample: Sample) -> Optional[Sample]:
        pipeline = create_raw_pipeline(self._predictor.input_data, self._predictor.pipeline_params(), [sample])
        return next(self._predictor.processed_samples(PipelineInput(pipeline)), None)
