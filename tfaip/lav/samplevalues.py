# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The losses and metrics of single samples."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

import numpy as np

from tfaip.data.pipeline.definitions import Sample
from tfaip.predict.predictedbatch import PredictedBatch

if TYPE_CHECKING:
    from tfaip.lav.evaluation import ModelEvaluation


@dataclass(frozen=True)
class SampleValues:
    """What a model's losses and metrics are on one sample alone.

    Args:
        losses: By name.
        metrics: By name; those that are no single numbers are left out.
        position: Where the sample is in the data, None if samples come in their order.
    """

    losses: Dict[str, float]
    metrics: Dict[str, float]
    position: Optional[int] = None

    @property
    def all(self) -> Dict[str, float]:
        """Losses and metrics by name."""
        return {**self.losses, **self.metrics}


class SampleEvaluation:
    """Computes the losses and metrics of each sample of batches, as if it were the whole data.

    Args:
        evaluation: Is used for nothing else.
    """

    def __init__(self, evaluation: "ModelEvaluation"):
        self._evaluation = evaluation

    def evaluate(self, batch: PredictedBatch) -> Iterator[Tuple[Sample, SampleValues]]:
        """Yield the samples of a batch and their values.

        Args:
            batch: The batch behind the model. A sample stays padded as in it.
        """
        for index, sample in enumerate(batch.samples()):
            parts = (batch.inputs, batch.targets, batch.outputs)
            values = self._values(*(_single(values, index) for values in parts))
            yield sample, values if batch.order is None else replace(values, position=batch.order.positions[index])

    def _values(self, inputs: Any, targets: Any, outputs: Any) -> SampleValues:
        self._evaluation.reset()
        self._evaluation.update(inputs, targets, outputs)
        numbers = {name: value for name, value in self._evaluation.result().items() if is_number(value)}
        metrics: List[str] = self._evaluation.metric_names
        return SampleValues(
            losses={name: float(value) for name, value in numbers.items() if name not in metrics},
            metrics={name: float(value) for name, value in numbers.items() if name in metrics},
        )


def _single(values: Dict[str, Any], index: int) -> Dict[str, Any]:
    """Return a batch of one sample."""
    return {name: value[index : index + 1] for name, value in values.items()}


def is_number(value: Any) -> bool:
    """Return whether a value is a single number."""
    return isinstance(value, (bool, int, float, np.number, np.bool_))
