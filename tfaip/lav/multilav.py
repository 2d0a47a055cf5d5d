# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Load and validate with several models, which vote or are evaluated one by one."""

import copy
import dataclasses
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, Type

from tfaip.data.pipeline.definitions import Sample, SkippedSample
from tfaip.device.device_config import DeviceConfig
from tfaip.lav.callbacks.lav_callback import LAVCallback
from tfaip.lav.callbacks.print_callback import PrintCallback
from tfaip.lav.lav import check_not_empty, create_evaluator
from tfaip.lav.params import LAVParams
from tfaip.util.benchmark import BenchmarkResults
from tfaip.util.errors import UserValueError

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataGeneratorParams
    from tfaip.predict.multimodelpredictor import MultiModelPredictor
    from tfaip.predict.params import PredictorParams
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.scenario.scenariobaseparams import ScenarioBaseParams


class MultiLAV:
    """Evaluates several models on lists of data: their voted result (:meth:`run`), or each alone (:meth:`run_each`).

    Of the voted result only the values of the evaluator are computed: losses and metrics are not defined on it.

    Args:
        params: How to evaluate; ``model_path`` is the list of model directories.
        scenario_params: The parameters of the first model.
        predictor_params: How to predict; its pipeline is replaced by the one of ``params``.
        kwargs: Must be empty here.

    Attributes:
        device_config: The devices in use.
        benchmark_results: Counts and times of the last list.
        data_generator_params: The last list.
        skipped_samples: The samples of the last list that could not be read.
    """

    @classmethod
    def params_cls(cls) -> Type[LAVParams]:
        """Return the class of the parameters."""
        return LAVParams

    def __init__(
        self,
        params: LAVParams,
        scenario_params: "ScenarioBaseParams",
        predictor_params: "PredictorParams",
        **kwargs: Any,
    ):
        assert not kwargs, f"Arguments that {type(self).__name__} does not know: {sorted(kwargs)}"
        self._params = params
        self._scenario_params = scenario_params
        self._predictor_params = predictor_params
        self.device_config = DeviceConfig(params.device)
        self.device_config.use_one_device()
        self.benchmark_results = BenchmarkResults()
        self.data_generator_params: Optional[DataGeneratorParams] = None
        self.skipped_samples: List[SkippedSample] = []

    @property
    def params(self) -> LAVParams:
        """How to evaluate."""
        return self._params

    def _custom_callbacks(self) -> List[LAVCallback]:
        """Return further callbacks. Override if needed."""
        return []

    def extract_dump_data(self, sample: Sample) -> Tuple[Any, Any]:
        """Return targets and outputs of a sample for the dump. Override if needed."""
        return sample.targets, sample.outputs

    def run(
        self,
        data_generator_params: "Iterable[DataGeneratorParams]",
        callbacks: Optional[List[LAVCallback]] = None,
        run_eagerly: bool = False,
    ) -> Iterator[Dict[str, Any]]:
        """Evaluate each list of data.

        Args:
            data_generator_params: The lists of data.
            callbacks: Are told about samples and results.
            run_eagerly: Run operation by operation; only for models in memory.

        Yields:
            The values of the evaluator by name, for each list.

        Raises:
            UserValueError: There are no model directories.
            UserError: There is no data.
        """
        predictor = self._create_predictor(run_eagerly)
        scenario = self._scenario_params.create()
        all_callbacks = [*self._custom_callbacks(), *(callbacks or [])]
        if self._params.print_samples:
            all_callbacks.append(PrintCallback())
        try:
            for params in data_generator_params:
                yield self._run_list(predictor, scenario, params, all_callbacks)
        finally:
            predictor.close()

    def run_each(
        self,
        data_generator_params: "Iterable[DataGeneratorParams]",
        callbacks: Optional[List[LAVCallback]] = None,
        run_eagerly: bool = False,
    ) -> Iterator[Tuple[str, Dict[str, Any]]]:
        """Evaluate each model alone, as the scenario's :class:`LAV` does it; the scenario needs no voter.

        Args:
            data_generator_params: The lists of data.
            callbacks: Are told about samples and results; their ``lav`` is that of the model.
            run_eagerly: Run operation by operation, for debugging.

        Yields:
            The model directory, and its losses, metrics and values of the evaluator by name: for each model, and for
            each list.

        Raises:
            UserValueError: There are no model directories.
            UserError: There is no data.
        """
        scenario_cls = self._scenario_params.cls()
        lists = list(data_generator_params)
        for path in self._model_paths():
            lav = scenario_cls.create_lav(self._params_of(path), scenario_cls.params_from_path(path))
            for result in lav.run(lists, run_eagerly=run_eagerly, callbacks=callbacks):
                self.benchmark_results = lav.benchmark_results
                self.data_generator_params = lav.data_generator_params
                self.skipped_samples = lav.skipped_samples
                yield path, result

    def _params_of(self, path: str) -> LAVParams:
        """Return the parameters for one model, of the class that its load-and-validate takes."""
        params_cls = self._scenario_params.cls().lav_cls().params_cls()
        if isinstance(self._params, params_cls):
            return dataclasses.replace(self._params, model_path=path)
        params = params_cls()
        for field in dataclasses.fields(LAVParams):
            setattr(params, field.name, getattr(self._params, field.name))
        params.model_path = path
        return params

    def _run_list(
        self,
        predictor: "MultiModelPredictor",
        scenario: "ScenarioBase",
        generator_params: "DataGeneratorParams",
        callbacks: List[LAVCallback],
    ) -> Dict[str, Any]:
        self.data_generator_params = generator_params
        evaluator = create_evaluator(scenario)
        for callback in callbacks:
            callback.setup(generator_params, self, predictor.data, None)
            callback.on_lav_start()
        with evaluator:
            for sample in predictor.predict(generator_params):
                evaluator.update_state(sample)
                for callback in callbacks:
                    callback.on_sample_end(sample)
            self.benchmark_results = predictor.benchmark_results
            self.skipped_samples = predictor.skipped_samples
            check_not_empty(self.benchmark_results, generator_params)
            result = evaluator.result()
        for callback in callbacks:
            callback.on_lav_end(result)
        return result

    def _create_predictor(self, run_eagerly: bool) -> "MultiModelPredictor":
        params = copy.copy(self._predictor_params)
        params.pipeline = self._params.pipeline
        params.device = self._params.device
        params.include_targets = True
        params.run_eagerly = params.run_eagerly or run_eagerly
        # What is evaluated is the business of the callbacks.
        params.silent = True
        params.progress_bar = params.progress_bar and not self._params.silent
        return self._scenario_params.cls().create_multi_predictor(self._model_paths(), params)

    def _model_paths(self) -> List[str]:
        paths = self._params.model_path
        if not isinstance(paths, (list, tuple)) or not paths:
            raise UserValueError(
                "There are no models to evaluate.",
                where="lav.model_path",
                expected="a list of model directories",
                got=repr(paths),
            )
        return list(paths)
