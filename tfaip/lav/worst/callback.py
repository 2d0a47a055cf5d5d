# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Finding the worst samples while a model is evaluated."""

from typing import TYPE_CHECKING, Any, Dict, List, Optional

from tfaip.data.pipeline.definitions import Sample
from tfaip.lav.callbacks.lav_callback import LAVCallback
from tfaip.lav.samplevalues import is_number
from tfaip.lav.worst.ranking import Criterion, Ranking, WorstSample, choose_criterion, criterion_of_evaluator

if TYPE_CHECKING:
    from tfaip.evaluator.evaluator import EvaluatorBase
    from tfaip.lav.samplevalues import SampleValues


class WorstSamplesCallback(LAVCallback):
    """Finds the samples with the worst loss, metric, or value of the evaluator.

    Args:
        n: How many.
        by: The name of the loss, metric or value. Default: the sum of all losses, or else what tells the best model.
        order: "highest" or "lowest", which is the worst. Default: known of losses, and of what tells the best model.

    Attributes:
        lists: The worst samples of each list of data, the worst one first, after post-processing.
        criterion: By what; known after the first sample.
    """

    wants_sample_values = True

    def __init__(self, n: int, by: Optional[str] = None, order: Optional[str] = None):
        super().__init__()
        self.lists: List[List[WorstSample]] = []
        self.criterion: Optional[Criterion] = None
        self._n = n
        self._by = by
        self._order = order
        self._evaluator: Optional[EvaluatorBase] = None
        self._start()

    def _start(self) -> None:
        self._ranking = Ranking(self._n)
        self._index = 0
        self._first_values: Optional[SampleValues] = None

    def on_lav_start(self) -> None:
        """Begin another list."""
        self._start()

    def on_sample_values(self, sample: Sample, values: "SampleValues") -> None:
        """Take a sample into account by its losses and metrics."""
        if self._first_values is None:
            assert self.model is not None
            self._first_values = values
            self.criterion = choose_criterion(values, self._by, self._order, self.model.best_logging_settings())
            self._evaluator = None
        if self.criterion is not None and self._evaluator is None:
            index = self._index if values.position is None else values.position
            self._ranking.add(self.criterion, WorstSample(index, values.all, sample))
            self._index += 1

    def on_sample_end(self, sample: Sample) -> None:
        """Take a sample into account by the values of the evaluator, if one of these is asked for."""
        if self.criterion is not None and self._evaluator is None:
            return
        assert self._by is not None and self._first_values is not None
        assert self.lav is not None and self.data is not None
        if self._evaluator is None:
            self._evaluator = self.lav.create_evaluator(self.data)
        with self._evaluator:
            self._evaluator.update_state(sample)
            values = _numbers(self._evaluator.result())
        if self.criterion is None:
            self.criterion = criterion_of_evaluator(self._by, self._order, values, self._first_values)
        self._ranking.add(self.criterion, WorstSample(self._index, values, sample))
        self._index += 1

    def on_lav_end(self, result: Dict[str, Any]) -> None:
        """Keep the worst samples of the list."""
        worst = self._ranking.worst_first()
        if self._evaluator is None:
            worst = [WorstSample(entry.index, entry.values, self._post_processed(entry.sample)) for entry in worst]
        self.lists.append(worst)

    def _post_processed(self, sample: Sample) -> Sample:
        """Return the sample after post-processing; as it is if that drops it."""
        assert self.lav is not None and self.data is not None and self.current_data_generator_params is not None
        pipeline = self.data.create_pipeline(self.lav.pipeline_params(), self.current_data_generator_params)
        with pipeline.process_output([sample]) as samples:
            return next(iter(samples), sample)


def _numbers(values: Dict[str, Any]) -> Dict[str, float]:
    numbers: Dict[str, float] = {}
    for name, value in values.items():
        plain = value.item() if getattr(value, "shape", None) == () and hasattr(value, "item") else value
        if is_number(plain):
            numbers[name] = float(plain)
    return numbers
