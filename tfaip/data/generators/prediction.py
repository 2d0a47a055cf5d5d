# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples that a trained model has predicted, for a scenario that goes on with them."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.databaseparams import DataGeneratorParams
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.definitions import TARGETS_PROCESSOR, Sample
from tfaip.predict.params import PredictorParams
from tfaip.util.errors import UserValueError

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase


@pai_dataclass
@dataclass
class PredictionGeneratorParams(DataGeneratorParams):
    """The predictions of an exported model on the data of another generator."""

    model: str = field(default="", metadata=pai_meta(required=True, help="Directory of the exported model"))
    predictor_params: PredictorParams = field(
        default_factory=lambda: PredictorParams(silent=True, progress_bar=False),
        metadata=pai_meta(help="How the model is applied"),
    )
    generator: DataGeneratorParams = field(
        default_factory=DataGeneratorParams, metadata=pai_meta(help="The data that the model is applied to")
    )

    @staticmethod
    def cls() -> Type["PredictionGenerator"]:
        """Return the class of the generator."""
        return PredictionGenerator


class PredictionGenerator(DataGenerator[PredictionGeneratorParams]):
    """Generates the samples that a model has predicted, in the order of the data.

    A sample has the inputs of the model, its outputs (after its post-processing), the targets where the mode has some,
    and the meta data. The model is loaded once.
    """

    def __len__(self) -> int:
        return len(self._data)

    def generate(self) -> Iterator[Sample]:
        """Yield the predicted samples."""
        predictor = self._predictor
        try:
            for sample in predictor.predict(self.params.generator):
                yield sample if self.mode in TARGETS_PROCESSOR else sample.new_targets(None)
        finally:
            predictor.close()

    @functools.cached_property
    def _data(self) -> DataGenerator:
        if type(self.params.generator) is DataGeneratorParams:
            raise UserValueError(
                "There are no data to predict.",
                where=f"{type(self.params).__name__}.generator",
                expected="parameters of a data generator",
                got=DataGeneratorParams.__name__,
                hint="choose one on the command line by --FLAG.generator module:Class",
            )
        return self.params.generator.create(self.mode)

    @functools.cached_property
    def _predictor(self) -> Any:
        """The predictor with its model."""
        params = self.params
        if not params.model:
            raise UserValueError(
                "There is no model to predict with.",
                where=f"{type(params).__name__}.model",
                expected="directory of an exported model",
                got="none",
            )
        scenario, _ = self._scenario_base_cls().from_path(params.model)
        params.predictor_params.include_targets = self.mode in TARGETS_PROCESSOR
        return scenario.create_predictor(params.model, params.predictor_params)

    @staticmethod
    def _scenario_base_cls() -> "Type[ScenarioBase]":
        from tfaip.scenario.scenariobase import ScenarioBase

        return ScenarioBase
