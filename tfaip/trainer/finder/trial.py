# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Steps that are tried and taken back."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Optional

from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.trainer.checkpoint.variables import training_variables
from tfaip.trainer.loop.errors import original_errors
from tfaip.trainer.loop.feed import create_feed

if TYPE_CHECKING:
    from tfaip.model.trainingmodel import TrainingModel


@contextmanager
def taken_back(model: "TrainingModel") -> Iterator[None]:
    """Give all variables of a training the values back that they had."""
    before = {name: variable.value.numpy() for name, variable in training_variables(model).items()}
    try:
        yield
    finally:
        for name, variable in training_variables(model).items():
            variable.assign(before[name])
        model.updates.restart()
        model.reset_accumulators()


def losses_of_updates(
    model: "TrainingModel", pipeline: DataPipeline, accum_steps: int, n: Optional[int] = None
) -> Iterator[float]:
    """Train, and yield the loss of the batches of each update; the pipeline begins at its beginning.

    Args:
        model: The training model.
        pipeline: The training data, not used by anybody else.
        accum_steps: Number of batches of an update.
        n: Number of updates. Default: no end.
    """
    feed = create_feed(pipeline, model, bool(model.run_eagerly))
    step = 0
    with closing(feed), original_errors(pipeline):
        while n is None or step < n * accum_steps:
            model.reset_accumulators()
            for _ in range(accum_steps):
                step += feed.run(feed.take(1), step, 0)
            yield float(model.epoch_logs()["loss/mean_epoch"])
