# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``--trainer.batch_size_find``: the largest batch that fits into memory."""

import copy
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple, Optional

import tensorflow as tf

from tfaip.trainer.finder.memory import memory_for_this_process, peak_memory
from tfaip.trainer.finder.trial import losses_of_updates, taken_back
from tfaip.util.errors import UserValueError
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.trainer.trainer import Trainer

log = logger(__name__)

# the share of the memory that may be used
SHARE = 0.9
UPDATES = 2
HALVINGS = 2


class BatchSize(NamedTuple):
    """What was found.

    Attributes:
        size: The largest number of samples of a batch; 0 if not even the given one fits.
        reason: Why it is not larger.
    """

    size: int
    reason: str


def find_batch_size(trainer: "Trainer") -> BatchSize:
    """Try larger and larger batches of the training data, take all back, and tell the result.

    Args:
        trainer: The trainer, set up for the training.
    """
    params, model = trainer.params, trainer.scenario.keras_train_model
    training = params.gen.train_data(trainer.data)
    if training.auto_batch or training.pipeline_params.bucket_boundaries:
        raise UserValueError(
            "The batch size cannot be found: it is not the same for all batches.",
            where="trainer.batch_size_find",
            expected="batches of trainer.gen.setup.train.batch_size samples",
            got="batches by the generator, or by buckets",
        )
    first = training.pipeline_params.batch_size
    if params.batch_size_find_max < first:
        raise UserValueError(
            "The search for the largest batch would end before it begins.",
            where="trainer.batch_size_find_max",
            expected=f"{first} (train.batch_size) or more",
            got=str(params.batch_size_find_max),
            hint="a larger --trainer.batch_size_find_max, or a smaller --train.batch_size to begin with.",
        )
    n_samples = training.generate_input_samples(auto_repeat=False).size

    def run(size: int) -> None:
        pipeline_params = copy.copy(training.pipeline_params)
        pipeline_params.batch_size = size
        pipeline = trainer.data.create_pipeline(pipeline_params, training.generator_params)
        assert pipeline is not None
        losses = losses_of_updates(model, pipeline, params.train_accum_steps, UPDATES)
        with closing(losses):  # type: ignore[type-var]
            for _ in losses:
                pass

    with taken_back(model):
        on_cpu = not tf.config.list_logical_devices("GPU")
        limit = memory_for_this_process() if on_cpu else None
        largest = params.batch_size_find_max if n_samples is None else min(params.batch_size_find_max, n_samples)
        found = search(run, first, largest, limit)
    if found.size == 0:
        log.warning("Not even the given batch size fits: %s", found.reason)
    else:
        log.info("The largest batch that fits: --train.batch_size %d (%s)", found.size, found.reason)
    return found


def search(
    run: Callable[[int], None],
    first: int,
    largest: int,
    limit: Optional[int] = None,
    peak: Callable[[], int] = peak_memory,
) -> BatchSize:
    """Return the largest size that works: doubled as long as it does, then in between.

    Args:
        run: Trains with a batch size; raises ``ResourceExhaustedError`` or ``MemoryError`` if it does not fit.
        first: The first size.
        largest: The largest size to try; the first one is tried in any case.
        limit: The memory that may not be exceeded: a size that is expected to is not tried.
        peak: Tells the largest memory so far.
    """
    largest = max(first, largest)
    good, size, before, growth = 0, first, 0, 0.0
    while size <= largest:
        if limit is not None and good and peak() + growth * (size - good) > SHARE * limit:
            return _between_by_estimate(run, good, size, growth, SHARE * limit - peak())
        before = peak()
        if not _works(run, size):
            return _between(run, good, size)
        if good:
            growth = max(growth, (peak() - before) / (size - good))
        good, size = size, 2 * size if size == largest else min(2 * size, largest)
    reason = "all training samples, or trainer.batch_size_find_max; memory is not what binds"
    return BatchSize(good, reason)


def _between(run: Callable[[int], None], good: int, bad: int) -> BatchSize:
    for _ in range(HALVINGS if good else 0):
        middle = (good + bad) // 2
        if middle in (good, bad):
            break
        if _works(run, middle):
            good = middle
        else:
            bad = middle
    return BatchSize(good, f"{bad} does not fit")


def _between_by_estimate(run: Callable[[int], None], good: int, size: int, growth: float, left: float) -> BatchSize:
    estimate = min(size - 1, good + int(max(left, 0.0) / growth)) if growth > 0 else good
    # a quarter of the way is worth a try
    if estimate >= good + good // 4 and _works(run, estimate):
        good = estimate
    return BatchSize(good, f"{size} is expected to need more than {SHARE:.0%} of the memory")


def _works(run: Callable[[int], None], size: int) -> bool:
    try:
        run(size)
    except (tf.errors.ResourceExhaustedError, MemoryError):
        log.info("A batch of %d samples does not fit.", size)
        return False
    log.info("A batch of %d samples fits.", size)
    return True
