# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Prediction with several models that vote."""

import copy
import inspect
import os
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Dict, Generic, List, Optional, Tuple, Type, TypeVar

from tfaip.data.data import DataBase
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.predict.jointgraph import JointFunction, create_joint_function
from tfaip.predict.multimodeldata import MultiModelData, PreProcessingGroups
from tfaip.predict.multimodelpostprocessor import MultiModelPostProcessor, MultiModelPostProcessorParams
from tfaip.predict.multimodelpreprocessor import split_names
from tfaip.predict.multimodelvoter import MultiModelVoter
from tfaip.predict.params import PredictorParams
from tfaip.predict.predictionfunction import (
    Arrays,
    ModelOrPath,
    PredictionFunction,
    create_prediction_function,
    load_model,
    max_calls_at_a_time,
)
from tfaip.predict.predictorbase import PredictorBase
from tfaip.predict.sampleprocessors import SampleProcessors
from tfaip.scenario.archive import open_model_directory
from tfaip.util.errors import UserError, UserValueError
from tfaip.util.multiprocessing.failure import TaskFailure

if TYPE_CHECKING:
    import tensorflow as tf

    from tfaip.data.databaseparams import DataBaseParams
    from tfaip.data.pipeline.datapipeline import DataPipeline
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.scenario.scenariobaseparams import ScenarioBaseParams

__all__ = ["MultiModelPredictor", "MultiModelVoter"]

TPredictorParams = TypeVar("TPredictorParams", bound=PredictorParams)


class MultiModelPredictor(PredictorBase[TPredictorParams], Generic[TPredictorParams]):
    """Applies several models to the same data and lets a voter make one result of theirs.

    Subclass it with :meth:`create_voter` and return the class in ``ScenarioBase.multi_predictor_cls``. Models that have
    the same pre-processing (its parameters, its resources and the inputs) share it, the others get their own.

    Args:
        params: How to predict.
        data: The data of the first model.

    Attributes:
        datas: The data of each model; their pre-processing and post-processing are used.
    """

    def __init__(self, params: TPredictorParams, data: DataBase, **kwargs: Any):
        super().__init__(params, data, **kwargs)
        self.datas: List[DataBase] = []
        self._models: List[Any] = []
        self._prediction_functions: List[PredictionFunction] = []
        self._joint_function: Optional[JointFunction] = None
        self._groups = PreProcessingGroups([data], [])
        self._joint_data: Optional[MultiModelData] = None

    @classmethod
    def from_paths(
        cls,
        paths: Sequence[str],
        params: PredictorParams,
        scenario: "Type[ScenarioBase]",
        use_first_params: bool = False,
        model_paths: Optional[Sequence[str]] = None,
        models: Optional[Sequence[ModelOrPath]] = None,
        predictor_args: Optional[Dict[str, Any]] = None,
    ) -> "MultiModelPredictor":
        """Create a predictor of several model directories.

        Args:
            paths: The model directories, their parameter files, or archives of model directories.
            params: How to predict.
            scenario: The scenario class of the models.
            use_first_params: Use the parameters of the first model for all.
            model_paths: The SavedModels. Default: those in ``paths``.
            models: Models in memory instead of ``model_paths``.
            predictor_args: Further arguments of the constructor.

        Raises:
            UserValueError: No path (a ``ValueError`` too).
            UserError: The scenario has no voter.
        """
        if not paths:
            raise UserValueError("No model to predict with.", expected="at least one model directory", got="none")
        if inspect.isabstract(cls):
            raise UserError(
                "The scenario does not say how several models vote.",
                where=f"{scenario.__name__}.multi_predictor_cls",
                expected="a subclass of MultiModelPredictor with create_voter",
                got=cls.__name__,
                hint="predict with one model, or implement multi_predictor_cls in the scenario",
            )
        paths = [open_model_directory(path) for path in paths]
        all_params = [scenario.params_from_path(paths[0] if use_first_params else path) for path in paths]
        datas = [scenario(scenario_params).create_data() for scenario_params in all_params]
        # Subclasses may put arguments of their own before these two.
        arguments: Dict[str, Any] = {**(predictor_args or {}), "params": params, "data": datas[0]}
        predictor = cls(**arguments)
        if models is None:
            models = model_paths or [_model_path(path, p) for path, p in zip(paths, all_params, strict=True)]
        predictor.set_models(models, datas)
        return predictor

    @abstractmethod
    def create_voter(self, data_params: "DataBaseParams") -> MultiModelVoter:
        """Return the voter.

        Args:
            data_params: The data parameters of the first model.
        """
        raise NotImplementedError

    def set_models(self, models: Sequence[ModelOrPath], datas: Sequence[DataBase]) -> None:
        """Set the models to predict with.

        Args:
            models: Paths of SavedModels, keras models, or functions.
            datas: The data of each model.
        """
        if len(models) != len(datas):
            raise UserValueError(
                "Each model needs its data.", expected=f"{len(models)} data objects", got=str(len(datas))
            )
        self._models = [load_model(model) for model in models]
        self._prediction_functions = [create_prediction_function(m, self._params.run_eagerly) for m in self._models]
        self._joint_function = create_joint_function(self._models)
        self.datas = list(datas)
        self._groups = PreProcessingGroups.of(self.datas)
        self._joint_data = MultiModelData(self._groups.datas) if len(self._groups.datas) > 1 else None

    @property
    def models(self) -> List[Any]:
        """The models that were set."""
        return self._models

    @property
    def input_data(self) -> DataBase:
        """The data of the first model if all have the same pre-processing, else data that are made of all."""
        return self._data if self._joint_data is None else self._joint_data

    def close(self) -> None:
        """End the worker processes; see the base class."""
        super().close()
        if self._joint_data is not None:
            self._joint_data.join()

    def predict_pipeline(self, pipeline: "DataPipeline", *, batched: bool = False) -> Iterator[Sample]:
        """Predict the samples of a data pipeline; see the base class.

        Raises:
            UserError: The models differ in their pre-processing, so that one pipeline cannot serve all of them.
        """
        if self._joint_data is not None and pipeline.data is not self._joint_data:
            raise _different_pre_processing("predict_pipeline")
        yield from super().predict_pipeline(pipeline, batched=batched)

    def predict_dataset(self, dataset: "tf.data.Dataset", *, batched: bool = False) -> Iterator[Sample]:
        """Predict the batches of a dataset; see the base class. The models' outputs are a list, nobody votes.

        Raises:
            UserError: The models differ in their pre-processing, so that one dataset cannot serve all of them.
        """
        if self._joint_data is not None:
            raise _different_pre_processing("predict_dataset")
        yield from super().predict_dataset(dataset, batched=batched)

    def predict_batch(self, inputs: Arrays) -> Any:
        """Apply all models to a batch, on one graph if they were loaded from model directories.

        Returns:
            The outputs of each model, a list.

        Raises:
            UserError: No models were set.
        """
        if not self._prediction_functions:
            raise UserError(
                "The predictor has no models.",
                where=type(self).__name__,
                expected="set_models before the first prediction",
                hint="use the create_multi_predictor method of the scenario",
            )
        parts = self._of_each_model([inputs] if self._joint_data is None else split_names(inputs))
        if self._joint_function is not None:
            return self._joint_function(parts)
        return [function(part) for function, part in zip(self._prediction_functions, parts, strict=True)]

    def _max_batches_at_a_time(self) -> int:
        is_own = type(self).predict_batch is not MultiModelPredictor.predict_batch
        return 1 if is_own else max_calls_at_a_time(self._models)

    def _of_each_model(self, parts: Sequence[Any]) -> List[Any]:
        """Return for each model what belongs to its kind of pre-processing."""
        return [parts[number] for number in self._groups.numbers]

    def complete_sample(self, sample: Sample) -> Sample:
        """Return an unbatched sample as post-processing gets it: with a list of meta data, one for each model.

        The inputs are such a list, too, if the models differ in their pre-processing.
        """
        sample = super().complete_sample(sample)
        metas = [sample.meta]
        if self._joint_data is not None:
            sample, metas = sample.new_inputs(self._of_each_model(split_names(sample.inputs))), sample.meta
        metas = self._of_each_model(metas)
        return sample.new_meta([meta if number == 0 else copy.deepcopy(meta) for number, meta in enumerate(metas)])

    def _has_post_proc(self, mode: PipelineMode) -> bool:
        return True

    def create_sample_post_proc(self, mode: PipelineMode) -> Callable[[Sample], Optional[Sample]]:
        """Return the post-processing of each model followed by the vote."""
        voter = self.create_voter(self._data.params)
        post_processors = [SampleProcessors(data.params.post_proc, data.params, mode) for data in self.datas]
        params = MultiModelPostProcessorParams(voter=voter, post_processors=post_processors)
        processor = params.create(self._data.params, mode)
        assert isinstance(processor, MultiModelPostProcessor)

        def post_process(sample: Sample) -> Optional[Sample]:
            voted = processor.apply_on_sample(sample)
            return None if voted is None or not voted.is_valid() else voter.finalize_sample(voted)

        return post_process

    def _process_output(
        self, pipeline: "DataPipeline", samples: Iterator[Tuple[Optional[int], Sample]]
    ) -> AbstractContextManager[Iterable[Sample]]:
        return nullcontext(self._post_processed(pipeline, samples))

    def _post_processed(
        self, pipeline: "DataPipeline", samples: Iterator[Tuple[Optional[int], Sample]]
    ) -> Iterator[Sample]:
        """Yield the voted samples; one that cannot be processed is treated as the pipeline says."""
        post_process = self.create_sample_post_proc(pipeline.mode)
        for number, (position, sample) in enumerate(samples):
            try:
                processed = post_process(sample)
            except Exception as error:
                failure = TaskFailure(error, origin="the post-processing of several models")
                pipeline.errors.handle(failure, number if position is None else position, sample.meta[0])
                continue
            if processed is not None:
                yield processed


def _model_path(path: str, params: "ScenarioBaseParams") -> str:
    folder = os.path.dirname(path) if os.path.isfile(path) else path
    return os.path.join(folder, params.default_serve_dir)


def _different_pre_processing(method: str) -> UserError:
    return UserError(
        "The models differ in their pre-processing, so they cannot share their input.",
        where=method,
        expected="models with the same data.pre_proc",
        got="other processors or other parameters of them",
        hint="use predict or predict_raw, which apply the pre-processing of each model",
    )
