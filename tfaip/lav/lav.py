# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Load and validate: losses, metrics and the evaluator of an exported model on given data."""

import copy
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, Type

from tfaip.data.pipeline.definitions import PipelineMode, Sample, SkippedSample
from tfaip.device.device_config import DeviceConfig
from tfaip.evaluator.evaluator import EvaluatorBase
from tfaip.lav.callbacks.lav_callback import LAVCallback
from tfaip.lav.callbacks.print_callback import PrintCallback
from tfaip.lav.evaluation import ModelEvaluation
from tfaip.lav.modelloading import create_exported_evaluation, create_live_evaluation, model_directory
from tfaip.lav.params import LAVParams
from tfaip.lav.samplevalues import SampleEvaluation
from tfaip.predict.inputbatches import PipelineInput
from tfaip.predict.predictedbatch import PredictedBatch, samples_in_order
from tfaip.util.benchmark import BenchmarkResults
from tfaip.util.errors import UserError, UserValueError
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.data.databaseparams import DataGeneratorParams, DataPipelineParams
    from tfaip.data.pipeline.datapipeline import DataPipeline
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.scenario.scenariobaseparams import ScenarioBaseParams

log = logger(__name__)


class LAV:
    """Applies a model to lists of data and computes its losses, its metrics and the values of the evaluator.

    ``ScenarioBase.create_lav`` creates the class that the scenario chose. The same object can run several times.

    Args:
        params: How to evaluate; ``model_path`` is the model directory.
        scenario_params: The parameters of the model.
        kwargs: Must be empty here; what ``ScenarioBase.static_lav_kwargs`` returns has to be taken by the subclass.

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

    def __init__(self, params: LAVParams, scenario_params: "ScenarioBaseParams", **kwargs: Any):
        assert not kwargs, f"Arguments that {type(self).__name__} does not know: {sorted(kwargs)}"
        self._params = params
        self._scenario_params = scenario_params
        self.device_config = DeviceConfig(params.device)
        self.device_config.use_one_device()
        self.benchmark_results = BenchmarkResults()
        self.data_generator_params: Optional[DataGeneratorParams] = None
        self.skipped_samples: List[SkippedSample] = []
        self._sample_evaluation: Optional[SampleEvaluation] = None
        self._live: Optional[Tuple[Any, ScenarioBase, ModelEvaluation]] = None

    @property
    def params(self) -> LAVParams:
        """How to evaluate."""
        return self._params

    # ------------------------------------------------------------------ to override
    def _custom_callbacks(self) -> List[LAVCallback]:
        """Return further callbacks. Override if needed."""
        return []

    def extract_dump_data(self, sample: Sample) -> Tuple[Any, Any]:
        """Return what ``--dump`` writes of a sample. Override if needed.

        Args:
            sample: A post-processed sample.

        Returns:
            Targets and outputs.
        """
        return sample.targets, sample.outputs

    # ------------------------------------------------------------------ run
    def run(
        self,
        generator_params: "Iterable[DataGeneratorParams]",
        keras_model: Any = None,
        run_eagerly: bool = False,
        callbacks: Optional[List[LAVCallback]] = None,
        return_tensorboard_outputs: bool = False,
        instantiate_graph: bool = False,
    ) -> Iterator[Dict[str, Any]]:
        """Evaluate each list of data.

        Args:
            generator_params: The lists of data.
            keras_model: Evaluate this model in memory (see ``LiveModel``) instead of the one in ``params.model_path``.
            run_eagerly: Run operation by operation, for debugging; implies ``instantiate_graph``.
            callbacks: Are told about samples and results.
            return_tensorboard_outputs: Add the values that layers write to TensorBoard, for the last batch; implies
                ``instantiate_graph``.
            instantiate_graph: Build the graph anew from the parameters instead of running the exported one.

        Yields:
            Losses, metrics and values of the evaluator by name, for each list.

        Raises:
            UserFileNotFoundError: The model directory is incomplete.
            UserError: There is no data, or the graph cannot be built anew.
        """
        all_callbacks = [*self._custom_callbacks(), *(callbacks or [])]
        if self._params.print_samples:
            all_callbacks.append(PrintCallback())
        watchers = [callback for callback in all_callbacks if getattr(callback, "wants_sample_values", False)]
        self._sample_evaluation = None
        if keras_model is not None:
            if watchers:
                raise UserValueError(
                    "The values of single samples need a model directory.", where="LAV.run, keras_model"
                )
            scenario, evaluation = self._live_evaluation(keras_model, run_eagerly, return_tensorboard_outputs)
        else:
            scenario = self._create_scenario(True)
            instantiate_graph = instantiate_graph or return_tensorboard_outputs
            evaluation = create_exported_evaluation(scenario, self._model_path(), instantiate_graph, run_eagerly)
            if watchers:
                # of its own: it starts again with each sample
                other = self._create_scenario(True)
                single = create_exported_evaluation(other, self._model_path(), instantiate_graph, run_eagerly)
                self._sample_evaluation = SampleEvaluation(single)
        try:
            for params in generator_params:
                yield self._run_list(scenario, evaluation, params, all_callbacks, return_tensorboard_outputs)
        finally:
            scenario.data.join()

    def _live_evaluation(
        self, keras_model: Any, run_eagerly: bool, with_tensorboard: bool
    ) -> "Tuple[ScenarioBase, ModelEvaluation]":
        """Return what evaluates a model in memory; for the same model the same again: nothing is traced anew."""
        key = (keras_model, run_eagerly, with_tensorboard)
        if self._live is None or self._live[0] != key:
            scenario = self._create_scenario(False)
            self._live = (key, scenario, create_live_evaluation(scenario, *key))
        return self._live[1:]

    def _model_path(self) -> str:
        path = self._params.model_path
        if not isinstance(path, str):
            raise UserValueError(
                "There is no model to evaluate.", where="lav.model_path", expected="a model directory", got=repr(path)
            )
        return path

    def _create_scenario(self, from_model_path: bool) -> "ScenarioBase":
        params = self._scenario_params
        if from_model_path:
            # The directory may have been moved since the parameters were read: its resources moved with it.
            params = copy.deepcopy(params)
            params.data.resource_base_path = model_directory(self._model_path())
        return params.create()

    def create_evaluator(self, data: "DataBase") -> EvaluatorBase:
        """Return a new evaluator of the scenario for its data."""
        scenario_cls = self._scenario_params.cls()
        kwargs = scenario_cls.additional_evaluator_kwargs(data, self._scenario_params)
        return scenario_cls.create_evaluator(self._scenario_params.evaluator, **kwargs)

    def pipeline_params(self) -> "DataPipelineParams":
        """Return the pipeline parameters of the evaluation: a copy in the mode EVALUATION."""
        params = copy.copy(self._params.pipeline)
        params.mode = PipelineMode.EVALUATION
        return params

    def _run_list(
        self,
        scenario: "ScenarioBase",
        evaluation: ModelEvaluation,
        generator_params: "DataGeneratorParams",
        callbacks: List[LAVCallback],
        with_tensorboard: bool,
    ) -> Dict[str, Any]:
        data = scenario.data
        self.data_generator_params = generator_params
        evaluator = create_evaluator(scenario)
        for callback in callbacks:
            callback.setup(generator_params, self, data, evaluation.model)
            callback.on_lav_start()
        evaluation.reset()
        self.benchmark_results = BenchmarkResults()
        pipeline = data.create_pipeline(self.pipeline_params(), generator_params)
        with evaluator:
            observed = bool(callbacks) or type(evaluator).update_state is not EvaluatorBase.update_state
            if observed:
                self._evaluate_samples(pipeline, evaluation, evaluator, callbacks)
            else:
                # Nobody looks at the samples, so they need neither be taken apart nor be post-processed.
                for _ in self._evaluate_batches(pipeline, evaluation):
                    pass
            self.skipped_samples = list(pipeline.skipped_samples)
            check_not_empty(self.benchmark_results, generator_params)
            result = merge_results(evaluation.result(with_tensorboard), evaluator.result())
        evaluation.reset()
        for callback in callbacks:
            callback.on_lav_end(result)
        return result

    def _evaluate_samples(
        self,
        pipeline: "DataPipeline",
        evaluation: ModelEvaluation,
        evaluator: EvaluatorBase,
        callbacks: List[LAVCallback],
    ) -> None:
        batches = self._watched(self._evaluate_batches(pipeline, evaluation), callbacks)
        with pipeline.process_indexed_output(samples_in_order(batches)) as samples:
            for sample in samples:
                evaluator.update_state(sample)
                for callback in callbacks:
                    callback.on_sample_end(sample)

    def _watched(self, batches: Iterable[PredictedBatch], callbacks: List[LAVCallback]) -> Iterator[PredictedBatch]:
        """Yield the batches, and tell those who want it the values of each sample."""
        for batch in batches:
            if self._sample_evaluation is not None:
                watchers = [callback for callback in callbacks if getattr(callback, "wants_sample_values", False)]
                for sample, values in self._sample_evaluation.evaluate(batch):
                    for callback in watchers:
                        callback.on_sample_values(sample, values)
            yield batch

    def _evaluate_batches(self, pipeline: "DataPipeline", evaluation: ModelEvaluation) -> Iterator[PredictedBatch]:
        """Evaluate all batches and yield each with its outputs."""
        from tqdm import tqdm

        disable = True if self._params.silent else None
        with (
            PipelineInput(pipeline).batches() as batches,
            tqdm(desc="Evaluation", unit=" samples", disable=disable) as progress,
        ):
            start = time.perf_counter()
            for batch in batches:
                outputs = evaluation.evaluate(batch.inputs, batch.targets)
                size = len(batch)
                self.benchmark_results.finish_batch(size, time.perf_counter() - start)
                progress.update(size)
                yield batch.with_outputs(outputs)
                start = time.perf_counter()


def create_evaluator(scenario: "ScenarioBase") -> EvaluatorBase:
    """Return a new evaluator of the scenario."""
    cls = type(scenario)
    kwargs = cls.additional_evaluator_kwargs(scenario.data, scenario.params)
    return cls.create_evaluator(scenario.params.evaluator, **kwargs)


def check_not_empty(results: BenchmarkResults, generator_params: "DataGeneratorParams") -> None:
    """Check that there was data, before an evaluator divides by the number of samples.

    Raises:
        UserError: No sample was evaluated.
    """
    if results.n_samples == 0:
        raise UserError(
            "There is no data to evaluate.",
            where=type(generator_params).__name__,
            expected="at least one valid sample",
            got="none",
            hint="check the --data flags and --pipeline.limit",
        )


def merge_results(metrics: Dict[str, Any], evaluated: Dict[str, Any]) -> Dict[str, Any]:
    """Return both dictionaries in one; the evaluator's value counts if a name occurs twice."""
    twice = sorted(metrics.keys() & evaluated.keys())
    if twice:
        log.warning("Evaluator and model both compute %s: the evaluator's values are reported", ", ".join(twice))
    return {**metrics, **evaluated}
