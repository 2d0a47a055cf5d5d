# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Base class of the callbacks of load and validate."""

from typing import TYPE_CHECKING, Any, Dict, Optional

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.data.databaseparams import DataGeneratorParams
    from tfaip.data.pipeline.definitions import Sample
    from tfaip.lav.lav import LAV
    from tfaip.lav.samplevalues import SampleValues
    from tfaip.model.modelbase import ModelBase


class LAVCallback:
    """Is told about every sample and about the result of each list of data.

    Attributes:
        lav: The load-and-validate that runs.
        data: Its data.
        model: Its model; None for several models that vote.
        current_data_generator_params: The list of data that is being evaluated.
        wants_sample_values: Whether :meth:`on_sample_values` is to be called; computing the values takes its time.
    """

    wants_sample_values = False

    def __init__(self) -> None:
        self.lav: Optional[LAV] = None
        self.data: Optional[DataBase] = None
        self.model: Optional[ModelBase] = None
        self.current_data_generator_params: Optional[DataGeneratorParams] = None

    def setup(
        self, current_data_generator_params: "DataGeneratorParams", lav: Any, data: "DataBase", model: Any
    ) -> None:
        """Set the attributes; called for each list of data, before :meth:`on_lav_start`."""
        self.current_data_generator_params = current_data_generator_params
        self.lav = lav
        self.data = data
        self.model = model

    def on_lav_start(self) -> None:
        """Is called before the first sample."""

    def on_sample_end(self, sample: "Sample") -> None:
        """Is called with each post-processed sample."""

    def on_sample_values(self, sample: "Sample", values: "SampleValues") -> None:
        """Is called with each sample before its post-processing, if the callback wants it.

        Args:
            sample: Its arrays belong to the batch and are changed by nobody.
            values: Its losses and metrics.
        """

    def on_lav_end(self, result: Dict[str, Any]) -> None:
        """Is called with the losses, metrics and values of the evaluator."""
