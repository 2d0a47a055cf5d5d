# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How many optimizer steps an epoch has."""

from typing import Tuple

from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.trainer.params import TrainerParams
from tfaip.util.errors import UserValueError


def count_steps_per_epoch(params: TrainerParams, generator: DataGenerator) -> int:
    """Return the number of optimizer steps of an epoch.

    Args:
        params: The parameters of the training.
        generator: Yields the training samples.

    Raises:
        ValueError: An epoch would have no step.
    """
    steps, reason = _steps_and_reason(params, generator)
    if steps <= 0:
        batch_size = params.gen.setup.train.batch_size
        raise UserValueError(
            "An epoch has less than one batch.",
            where="trainer.samples_per_epoch, train.batch_size",
            expected=f"at least {batch_size} samples (the batch size)",
            got=reason,
            hint="the generator yields batches: set train.batch_size to their mean, or override steps_per_epoch."
            if generator.yields_batches()
            else None,
        )
    return int(steps)


def _steps_and_reason(params: TrainerParams, generator: DataGenerator) -> Tuple[int, str]:
    batch_size = params.gen.setup.train.batch_size
    if params.samples_per_epoch > 0:
        if generator.yields_batches():
            raise UserValueError(
                "The size of an epoch cannot be given in samples, since the data generator yields batches.",
                where="trainer.samples_per_epoch",
                expected="-1",
                got=str(params.samples_per_epoch),
                hint="use trainer.scale_epoch_size.",
            )
        return params.samples_per_epoch // batch_size, f"samples_per_epoch {params.samples_per_epoch}"
    knows_length = generator.knows_length()
    if not knows_length and type(generator).steps_per_epoch is DataGenerator.steps_per_epoch:
        raise UserValueError(
            "The length of an epoch must be given, since the data generator does not know how many samples it has.",
            where="trainer.samples_per_epoch",
            expected="a number of samples",
            got=str(params.samples_per_epoch),
            hint="set --trainer.samples_per_epoch N, or override steps_per_epoch of the generator.",
        )
    steps = generator.steps_per_epoch(batch_size, params.scale_epoch_size)
    limit = params.gen.setup.train.limit
    if limit > 0 and not generator.yields_batches():
        steps = min(steps, int(limit * params.scale_epoch_size / batch_size))
    size = len(generator) if knows_length else "an unknown number of"
    return steps, f"{size} samples, scale_epoch_size {params.scale_epoch_size}"
