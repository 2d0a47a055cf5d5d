# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Validation in a training: the whole evaluation pipeline once, and some samples printed."""

from contextlib import closing
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

import numpy as np
import tensorflow as tf

from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.unbatch import to_unbatched_samples
from tfaip.model.tensorboardwriter import TensorboardWriterInterface
from tfaip.trainer.loop.errors import original_errors
from tfaip.trainer.loop.evaluationfeed import EvaluationFeed, EvaluationFunctions, create_evaluation_feed
from tfaip.trainer.loop.steps import create_test_batch_function
from tfaip.util.errors import UserValueError
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase

log = logger(__name__)


class Validation:
    """Runs the training graph (without training) over the validation data.

    Args:
        scenario: The scenario, with a compiled training model.
        pipeline: The evaluation pipeline.
        run_eagerly: Run each batch eagerly.
    """

    def __init__(self, scenario: "ScenarioBase", pipeline: DataPipeline, run_eagerly: bool):
        self._scenario = scenario
        self._pipeline = pipeline
        self._model = scenario.keras_train_model
        self._functions = EvaluationFunctions(self._model, run_eagerly, pipeline.fixed_batch_size)
        self._test_batch = create_test_batch_function(self._model, run_eagerly)
        self._batches_to_print: List[Tuple[Any, Any]] = []
        self._last_batch: Optional[Tuple[Any, Any, Any]] = None
        self.tensorboard_values: Dict[TensorboardWriterInterface, Any] = {}

    def prepare(self) -> None:
        """Look at the data, so that missing ones are told before the first epoch.

        Raises:
            UserValueError: If there is no validation sample.
        """
        if self._pipeline.generate_input_samples(auto_repeat=False).size == 0:
            raise self._empty_error()

    def run(self, step: int, epoch: int) -> Dict[str, Any]:
        """Validate and return the values by name, without the prefix ``val_``.

        Raises:
            UserValueError: If there is no validation sample.
        """
        feed = create_evaluation_feed(self._pipeline, self._functions)
        if feed is None:
            raise self._empty_error()
        self._model.reset_accumulators()
        self._batches_to_print = []
        with closing(feed), original_errors(self._pipeline):
            n_batches = self._run(feed, step, epoch)
        if n_batches == 0:
            raise self._empty_error()
        logs = self._model.epoch_logs()
        # before load-and-validate, which resets the metrics
        self.tensorboard_values = self._compute_tensorboard_values()
        self._print_samples()
        return logs

    def _run(self, feed: EvaluationFeed, step: int, epoch: int) -> int:
        limit = self._scenario.params.print_eval_limit
        remaining = np.inf if limit < 0 else limit
        step_tensor, epoch_tensor = tf.constant(step, dtype="int64"), tf.constant(epoch, dtype="int64")
        n_batches = 0
        # at least one batch is kept for what layers send to TensorBoard
        while remaining > 0 or n_batches == 0:
            batch = feed.next_batch()
            if batch is None:
                return n_batches
            outputs = self._test_batch(batch[:2], step_tensor, epoch_tensor)
            self._last_batch = batch
            n_batches += 1
            if remaining > 0:
                self._batches_to_print.append((batch, outputs))
                remaining -= int(tf.shape(tf.nest.flatten(batch[0])[0])[0])
        return n_batches + feed.run_rest(step, epoch)

    def _compute_tensorboard_values(self) -> Dict[TensorboardWriterInterface, Any]:
        if not self._model.tensorboard_writers or self._last_batch is None:
            return {}
        inputs, targets, _ = self._last_batch
        return self._model.tensorboard_values(inputs, targets)

    def _print_samples(self) -> None:
        limit = self._scenario.params.print_eval_limit
        samples = [sample for batch, outputs in self._batches_to_print for sample in _unbatch(batch, outputs)]
        self._batches_to_print = []
        if limit >= 0:
            samples = samples[:limit]
        if not samples:
            return
        data = self._scenario.data
        post_proc = data.params.post_proc.create(self._pipeline.pipeline_params, data.params)
        for sample in post_proc.apply(samples, run_parallel=False):
            self._scenario.model.print_evaluate(sample, data, print_fn=log.info)

    def _empty_error(self) -> UserValueError:
        return UserValueError(
            "There is no validation sample.",
            where=f"validation data {type(self._pipeline.generator_params).__name__}",
            expected="at least one sample",
            got="none",
            hint="check the parameters of the validation data (--val), or return None in val_gen().",
        )


def _unbatch(batch: Tuple[Any, Any, Any], outputs: Dict[str, tf.Tensor]) -> List[Sample]:
    inputs, targets, meta = tf.nest.map_structure(np.asarray, batch)
    numpy_outputs = tf.nest.map_structure(np.asarray, outputs)
    return list(to_unbatched_samples(inputs, targets, numpy_outputs, meta))


def create_validation(scenario: "ScenarioBase", run_eagerly: bool) -> Optional[Validation]:
    """Return the validation of the cached evaluation pipeline, None if the training has no validation data."""
    pipeline = scenario.data.pipeline_by_mode(PipelineMode.EVALUATION)
    return None if pipeline is None else Validation(scenario, pipeline, run_eagerly)
