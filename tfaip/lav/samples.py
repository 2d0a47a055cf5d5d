# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The values of an evaluator on samples that were predicted before."""

from collections.abc import Iterable
from typing import Any, Dict, Tuple

from tfaip.data.pipeline.definitions import Sample
from tfaip.evaluator.evaluator import EvaluatorBase
from tfaip.util.errors import UserError


def evaluate_samples(evaluator: EvaluatorBase, samples: Iterable[Sample]) -> Tuple[Dict[str, Any], int]:
    """Evaluate samples.

    Args:
        evaluator: It is entered, and left at the end.
        samples: Post-processed samples.

    Returns:
        The values of the evaluator by name, and the number of samples.

    Raises:
        UserError: There are no samples, or one lacks something that the evaluator needs.
    """
    count = 0
    with evaluator:
        for sample in samples:
            _update(evaluator, sample, count)
            count += 1
        if count == 0:
            raise UserError("There are no samples to evaluate.", expected="at least one sample", got="none")
        return evaluator.result(), count


def _update(evaluator: EvaluatorBase, sample: Sample, index: int) -> None:
    try:
        evaluator.update_state(sample)
    except Exception as error:
        missing = [name for name in ("inputs", "targets", "outputs") if not _has(sample, name)]
        if not missing or isinstance(error, UserError):
            raise
        raise UserError(
            f"The evaluator failed on a sample without {' and '.join(missing)}.",
            where=f"sample {index}, {type(evaluator).__name__}",
            expected="samples that hold all that the evaluator looks at",
            got=f"{type(error).__name__}: {error}",
            hint="tfaip-lav --dump writes the targets, tfaip-predict with --include_targets",
        ) from error


def _has(sample: Sample, name: str) -> bool:
    value = getattr(sample, name)
    return value is not None and not (isinstance(value, dict) and not value)
