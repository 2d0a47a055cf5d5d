# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The base class of all scenarios."""

import inspect
import os
from abc import ABC
from typing import TYPE_CHECKING, Any, Dict, Generic, List, Optional, Tuple, Type

from tfaip.params.codec import params_from_dict, params_to_json
from tfaip.params.migrations import migrate
from tfaip.params.postinit import post_init
from tfaip.resource.manager import check_resources_exist, check_resources_inside
from tfaip.scenario.archive import is_from_archive, open_model_directory
from tfaip.scenario.export.manifest import check_other_files
from tfaip.scenario.importing import import_scenario, import_stored_scenario, list_scenarios_in_module
from tfaip.scenario.paramsfile import find_params_file, read_params_dict, scenario_dict
from tfaip.scenario.scenariobaseparams import NetConfigParamsBase, ScenarioBaseParams
from tfaip.scenario.storedparams import check_stored_params
from tfaip.trainer.params import TrainerParams, TrainerPipelineParamsBase, TScenarioParams, TTrainerPipelineParams
from tfaip.util.errors import UserValueError
from tfaip.util.generic_meta import CollectGenericTypes
from tfaip.util.logging import logger
from tfaip.util.trust import trust_package_of

if TYPE_CHECKING:
    import keras

    from tfaip.data.data import DataBase
    from tfaip.data.databaseparams import DataGeneratorParams
    from tfaip.evaluator.evaluator import EvaluatorBase
    from tfaip.evaluator.params import EvaluatorParams
    from tfaip.lav.lav import LAV
    from tfaip.lav.multilav import MultiLAV
    from tfaip.lav.params import LAVParams
    from tfaip.model.graphbase import GenericGraphBase, RootGraph
    from tfaip.model.modelbase import ModelBase
    from tfaip.model.trainingmodel import TrainingModel
    from tfaip.predict.multimodelpredictor import MultiModelPredictor
    from tfaip.predict.params import PredictorParams
    from tfaip.predict.predictor import Predictor
    from tfaip.serve.adapter import ServingAdapter
    from tfaip.trainer.trainer import Trainer

__all__ = [
    "ScenarioBase",
    "TScenarioParams",
    "TTrainerPipelineParams",
    "import_scenario",
    "list_scenarios_in_module",
]

log = logger(__name__)


class ScenarioBase(Generic[TScenarioParams, TTrainerPipelineParams], ABC, metaclass=CollectGenericTypes):
    """Chooses the classes of a task (data, model, trainer, evaluator, ...) and hands them what they need.

    Subclass it with the scenario's parameters and the parameters of its training data::

        class MyScenario(ScenarioBase[MyScenarioParams, MyTrainerPipelineParams]):
            pass

    Args:
        params: The parameters of the scenario.
    """

    # ------------------------------------------------------------------ parameters
    @classmethod
    def params_cls(cls) -> Type[ScenarioBaseParams]:
        """Return the class of the scenario's parameters."""
        return cls.__generic_types__["TScenarioParams"]

    @classmethod
    def trainer_pipeline_params_cls(cls) -> Type[TrainerPipelineParamsBase]:
        """Return the class of the parameters of the training data."""
        return cls.__generic_types__["TTrainerPipelineParams"]

    @classmethod
    def default_params(cls) -> ScenarioBaseParams:
        """Return the default parameters. Override to change defaults."""
        params = cls.params_cls()()
        params.scenario_base_path = inspect.getfile(cls)
        params.scenario_id = f"{cls.__module__}:{cls.__qualname__}"
        params.data = cls.data_cls().default_params()
        params.evaluator = cls.evaluator_cls().default_params()
        return params

    @classmethod
    def default_trainer_params(cls) -> TrainerParams:
        """Return the default parameters of a training. Override to change defaults."""
        return cls.trainer_cls().params_cls()(scenario=cls.default_params())

    @classmethod
    def params_from_dict(cls, d: Dict[str, Any]) -> ScenarioBaseParams:
        """Return the scenario's parameters out of a dictionary of trainer or of scenario parameters.

        They may name classes of the scenario's package, which counts as trusted from then on.

        Raises:
            UserError: They name other code that may not be loaded (see :mod:`tfaip.util.trust`), or do not fit.
        """
        trust_package_of(cls.__module__)
        migrated = migrate(d)
        check_stored_params(migrated, scenario_known=True)
        return params_from_dict(cls.params_cls(), migrated.get("scenario", migrated), path="scenario")

    @classmethod
    def params_from_path(cls, path: str) -> ScenarioBaseParams:
        """Return the scenario's parameters out of a file, a run or a model directory."""
        stored = cls.read_params_dict_from_path(path)
        trust_package_of(cls.__module__)
        check_stored_params(stored, find_params_file(path), scenario_known=True)
        return cls._checked(cls.params_from_dict(stored), path)

    @staticmethod
    def read_params_dict_from_path(path: str) -> Dict[str, Any]:
        """Read ``trainer_params.json`` (preferred) or ``scenario_params.json``.

        Raises:
            FileNotFoundError: If ``path`` is no such file, and no directory that holds one.
        """
        return read_params_dict(path)

    @classmethod
    def from_path(cls, path: str) -> "Tuple[Type[ScenarioBase], ScenarioBaseParams]":
        """Return scenario class and parameters of a file, a run or a model directory. Only on ScenarioBase itself."""
        cls._assert_is_base("from_path")
        scenario_cls, params = cls._from_dict(read_params_dict(path), find_params_file(path))
        return scenario_cls, cls._checked(params, path)

    @classmethod
    def from_dict(cls, d: Dict[str, Any]) -> "Tuple[Type[ScenarioBase], ScenarioBaseParams]":
        """Return scenario class and parameters of a dictionary of parameters. Only on ScenarioBase itself."""
        cls._assert_is_base("from_dict")
        return cls._from_dict(d, "")

    @classmethod
    def _from_dict(cls, d: Dict[str, Any], where: str) -> "Tuple[Type[ScenarioBase], ScenarioBaseParams]":
        check_stored_params(d, where)
        scenario_cls = import_stored_scenario(scenario_dict(d, where)["scenario_id"], where or "scenario_id")
        return scenario_cls, scenario_cls.params_from_dict(d)

    @staticmethod
    def _checked(params: ScenarioBaseParams, path: str) -> ScenarioBaseParams:
        """Return parameters that were read from a file, once their resources are checked."""
        filename = find_params_file(path)
        check_resources_inside(
            params.data, params.data.resource_base_path, filename, absolute=not is_from_archive(filename)
        )
        check_resources_exist(params.data, params.data.resource_base_path)
        check_other_files(os.path.dirname(filename), os.path.basename(filename))
        return params

    @classmethod
    def _assert_is_base(cls, name: str) -> None:
        if cls is not ScenarioBase:
            raise UserValueError(
                f"{name} finds out which scenario to use and must be called on ScenarioBase.",
                got=f"{cls.__name__}.{name}(...)",
                hint=f"call ScenarioBase.{name}, or {cls.__name__}.params_{name}.",
            )

    # ------------------------------------------------------------------ classes
    @classmethod
    def data_cls(cls) -> "Type[DataBase]":
        """Return the data class."""
        return cls.params_cls().data_cls()().cls()

    @classmethod
    def model_cls(cls) -> "Type[ModelBase]":
        """Return the model class."""
        return cls.params_cls().model_cls()().cls()

    @classmethod
    def trainer_cls(cls) -> "Type[Trainer]":
        """Return the trainer class."""
        from tfaip.trainer.localtrainer import trainer_cls_for

        return trainer_cls_for(cls.params_cls(), cls.trainer_pipeline_params_cls())

    @classmethod
    def lav_cls(cls) -> "Type[LAV]":
        """Return the class of load-and-validate."""
        from tfaip.lav.lav import LAV

        return LAV

    @classmethod
    def multi_lav_cls(cls) -> "Type[MultiLAV]":
        """Return the class of load-and-validate with several models."""
        from tfaip.lav.multilav import MultiLAV

        return MultiLAV

    @classmethod
    def predictor_cls(cls) -> "Type[Predictor]":
        """Return the predictor class."""
        from tfaip.predict.predictor import Predictor

        return Predictor

    @classmethod
    def multi_predictor_cls(cls) -> "Type[MultiModelPredictor]":
        """Return the class of the predictor with several models. It must be overridden to vote."""
        from tfaip.predict.multimodelpredictor import MultiModelPredictor

        return MultiModelPredictor

    @classmethod
    def serving_cls(cls) -> "Type[ServingAdapter]":
        """Return the class that tells how requests to ``tfaip-serve`` look."""
        from tfaip.serve.adapter import ServingAdapter

        return ServingAdapter

    @classmethod
    def evaluator_cls(cls) -> "Type[EvaluatorBase]":
        """Return the evaluator class, by default one without any value."""
        from tfaip.evaluator.evaluator import EvaluatorBase

        return EvaluatorBase

    @classmethod
    def predict_generator_params_cls(cls) -> "Type[DataGeneratorParams]":
        """Return the class of the data generator parameters of a prediction, by default of the validation."""
        return cls.trainer_pipeline_params_cls().val_cls()

    @staticmethod
    def net_config_cls() -> Type[NetConfigParamsBase]:
        """Return the class that describes an exported model."""
        return NetConfigParamsBase

    # ------------------------------------------------------------------ extra arguments of constructors
    @classmethod
    def static_data_kwargs(cls, scenario_params: ScenarioBaseParams) -> Dict[str, Any]:
        """Return extra arguments of the data's constructor."""
        return {}

    @classmethod
    def static_lav_kwargs(cls, scenario_params: ScenarioBaseParams) -> Dict[str, Any]:
        """Return extra arguments of the constructor of load-and-validate."""
        return {}

    @classmethod
    def static_predictor_kwargs(cls, scenario_params: ScenarioBaseParams) -> Dict[str, Any]:
        """Return extra arguments of the predictor's constructor."""
        return {}

    @classmethod
    def additional_model_kwargs(cls, data: "DataBase", scenario_params: ScenarioBaseParams) -> Dict[str, Any]:
        """Return extra arguments of the model's constructor."""
        return {}

    @classmethod
    def additional_graph_kwargs(cls, data: "DataBase", scenario_params: ScenarioBaseParams) -> Dict[str, Any]:
        """Return extra arguments of the graph's constructor."""
        return {}

    @classmethod
    def additional_root_graph_kwargs(cls, data: "DataBase", scenario_params: ScenarioBaseParams) -> Dict[str, Any]:
        """Return extra arguments of the root graph's constructor."""
        return {}

    @classmethod
    def additional_evaluator_kwargs(cls, data: "DataBase", scenario_params: ScenarioBaseParams) -> Dict[str, Any]:
        """Return extra arguments of the evaluator's constructor."""
        return {}

    # ------------------------------------------------------------------ users of a scenario
    @classmethod
    def create_trainer(cls, trainer_params: TrainerParams, restore: bool = False) -> "Trainer":
        """Create a trainer.

        Args:
            trainer_params: Parameters of the training.
            restore: Continue the run in ``trainer_params.output_dir`` instead of starting a new one.
        """
        trust_package_of(cls.__module__)
        post_init(trainer_params)
        return cls.trainer_cls()(trainer_params, cls(trainer_params.scenario), restore)

    @classmethod
    def create_lav(cls, lav_params: "LAVParams", scenario_params: ScenarioBaseParams) -> "LAV":
        """Create a load-and-validate of the model in ``lav_params.model_path``."""
        trust_package_of(cls.__module__)
        post_init(lav_params)
        post_init(scenario_params)
        return cls.lav_cls()(lav_params, scenario_params, **cls.static_lav_kwargs(scenario_params))

    @classmethod
    def create_multi_lav(
        cls,
        lav_params: "LAVParams",
        scenario_params: ScenarioBaseParams,
        predictor_params: "Optional[PredictorParams]" = None,
    ) -> "MultiLAV":
        """Create a load-and-validate of the models in ``lav_params.model_path`` that vote."""
        from tfaip.predict.params import PredictorParams

        trust_package_of(cls.__module__)
        predictor_params = predictor_params or PredictorParams()
        for params in (lav_params, scenario_params, predictor_params):
            post_init(params)
        return cls.multi_lav_cls()(lav_params, scenario_params, predictor_params)

    @classmethod
    def create_predictor(cls, model_dir: str, params: "PredictorParams") -> "Predictor":
        """Create a predictor of the exported model in ``model_dir``, a model directory or an archive of one.

        Raises:
            FileNotFoundError: If the directory holds no exported model.
        """
        model_dir = open_model_directory(model_dir)
        scenario_params = cls.params_from_path(model_dir)
        post_init(params)
        post_init(scenario_params)
        data = cls(scenario_params).create_data()
        predictor = cls.predictor_cls()(params, data, **cls.static_predictor_kwargs(scenario_params))
        predictor.set_model(os.path.join(_model_folder(model_dir), scenario_params.default_serve_dir))
        return predictor

    @classmethod
    def create_multi_predictor(cls, paths: List[str], params: "PredictorParams") -> "MultiModelPredictor":
        """Create a predictor that lets the models in ``paths`` vote."""
        post_init(params)
        return cls.multi_predictor_cls().from_paths(paths, params, cls)

    @classmethod
    def create_evaluator(cls, params: "EvaluatorParams", **kwargs: Any) -> "EvaluatorBase":
        """Create an evaluator."""
        post_init(params)
        return cls.evaluator_cls()(params, **kwargs)

    # ------------------------------------------------------------------ instance
    def __init__(self, params: ScenarioBaseParams):
        self._params = params
        self._data: Optional[DataBase] = None
        self._model: Optional[ModelBase] = None
        self._root_graph: Optional[RootGraph] = None
        self._keras_train_model: Optional[TrainingModel] = None
        self._keras_predict_model: Optional[keras.Model] = None

    @property
    def params(self) -> ScenarioBaseParams:
        """The parameters of the scenario."""
        return self._params

    @property
    def data(self) -> "DataBase":
        """The data, created on the first access."""
        if self._data is None:
            self._data = self.create_data()
        return self._data

    @property
    def model(self) -> "ModelBase":
        """The model, created on the first access."""
        self._create_graph_once()
        assert self._model is not None
        return self._model

    @property
    def graph(self) -> "GenericGraphBase":
        """The graph, created on the first access."""
        return self.root_graph.graph

    @property
    def root_graph(self) -> "RootGraph":
        """The root graph that owns model and graph, created on the first access."""
        self._create_graph_once()
        assert self._root_graph is not None
        return self._root_graph

    @property
    def keras_train_model(self) -> "TrainingModel":
        """The keras model that is trained; its variables are built on the first access."""
        if self._keras_train_model is None:
            self.setup_training_graph()
        assert self._keras_train_model is not None
        return self._keras_train_model

    @property
    def keras_predict_model(self) -> "keras.Model":
        """The prediction graph as a functional keras model; shares its weights with the training model."""
        if self._keras_predict_model is None:
            from tfaip.scenario.export.graphs import create_prediction_model

            self._keras_predict_model = create_prediction_model(self.root_graph, self.data)
        return self._keras_predict_model

    def create_data(self) -> "DataBase":
        """Create a new data object of these parameters."""
        cls = type(self)
        data_cls = cls.data_cls()
        chosen = self._params.data
        if type(chosen) is not cls.params_cls().data_cls() and cls.data_cls.__func__ is ScenarioBase.data_cls.__func__:  # type: ignore[attr-defined]
            data_cls = chosen.cls()
        return data_cls(chosen, **cls.static_data_kwargs(self._params))

    def create_model_and_graph(self) -> "Tuple[ModelBase, RootGraph]":
        """Create a new model and its root graph."""
        cls, params, data = type(self), self._params, self.data
        root_graph_cls = params.model.cls().root_graph_cls()
        root_graph = root_graph_cls(
            params.model,
            model_kwargs=cls.additional_model_kwargs(data, params),
            graph_kwargs=cls.additional_graph_kwargs(data, params),
            **cls.additional_root_graph_kwargs(data, params),
        )
        return root_graph.model, root_graph

    def _create_graph_once(self) -> None:
        if self._root_graph is None:
            self._model, self._root_graph = self.create_model_and_graph()

    def print_params(self) -> None:
        """Log the parameters of the scenario."""
        log.info("scenario=%s", params_to_json(self._params))

    def best_logging_settings(self) -> Tuple[str, str]:
        """Return mode (``min`` or ``max``) and name of the value that tells the best model."""
        return self.model.best_logging_settings()

    # ------------------------------------------------------------------ training
    def setup_training_graph(self, no_train_scope: Optional[str] = None) -> None:
        """Build the training model: all variables, losses and metrics.

        Args:
            no_train_scope: Regular expression of the paths of layers that are not trained.

        Raises:
            UserValueError: If no layer matches ``no_train_scope``.
        """
        from tfaip.model.frozen import freeze_layers
        from tfaip.model.trainingmodel import TrainingModel
        from tfaip.scenario.inputgradient import create_input_gradient_regularization

        input_gradient = create_input_gradient_regularization(self)
        self._create_graph_once()
        training_model = TrainingModel(
            self.model,
            self.root_graph,
            self.data.input_layer_specs(),
            self.data.target_layer_specs(),
            input_gradient=input_gradient,
        )
        training_model.setup()
        if no_train_scope:
            freeze_layers(self.root_graph, no_train_scope)
        self._keras_train_model = training_model

    def setup_training(
        self,
        optimizer: "keras.optimizers.Optimizer",
        skip_model_load_test: bool = False,
        run_eagerly: bool = False,
        no_train_scope: Optional[str] = None,
        training_graph_only: bool = False,
        jit_compile: bool = False,
    ) -> None:
        """Build and compile the training model, and test that its prediction graph can be exported and loaded.

        Args:
            optimizer: The optimizer of the training.
            skip_model_load_test: Do not test the export.
            run_eagerly: Run steps eagerly.
            no_train_scope: Regular expression of layers that are not trained.
            training_graph_only: Do not build the prediction graph.
            jit_compile: Compile the training steps with XLA.
        """
        self.setup_training_graph(no_train_scope)
        self.keras_train_model.uses_xla = jit_compile
        self.keras_train_model.compile(optimizer=optimizer, run_eagerly=run_eagerly)
        if not (skip_model_load_test or training_graph_only) and self._params.export_serve:
            from tfaip.scenario.export.writer import check_model_can_be_exported

            check_model_can_be_exported(self)

    def fit(
        self,
        epochs: int,
        callbacks: "List[keras.callbacks.Callback]",
        steps_per_epoch: int,
        initial_epoch: int = 0,
        validation_freq: int = 1,
        **kwargs: Any,
    ) -> Dict[str, Any]:
        """Train the model on the cached training pipeline and validate on the cached evaluation pipeline.

        Returns:
            The logs of the last epoch.
        """
        return self.training_loop_cls()(self, callbacks, steps_per_epoch, validation_freq, **kwargs).run(
            epochs, initial_epoch
        )

    @staticmethod
    def training_loop_cls() -> Any:
        """Return the class of the training loop."""
        from tfaip.trainer.loop.trainingloop import TrainingLoop

        return TrainingLoop

    # ------------------------------------------------------------------ export
    def export(self, path: str, trainer_params: Optional[TrainerParams] = None, export_resources: bool = True) -> None:
        """Write a model directory: parameters, SavedModel, description, resources; complete or not at all.

        Args:
            path: The model directory. Other files in it are kept.
            trainer_params: Write them instead of the scenario's parameters.
            export_resources: Copy the resources of the data.
        """
        from tfaip.scenario.export.writer import ModelDirectoryWriter

        ModelDirectoryWriter(self, trainer_params, export_resources).write(path)

    def net_config(self) -> NetConfigParamsBase:
        """Return the description of the exported model."""
        from tfaip.scenario.export.netconfig import create_net_config

        net_config = create_net_config(self.net_config_cls(), self._params, self.keras_predict_model)
        self._fill_net_config(net_config)
        return net_config

    def _fill_net_config(self, net_config: NetConfigParamsBase) -> None:
        """Add own values to the description of the exported model. Override if needed."""

    def check_preconditions_for_input_gradient_regularization(self) -> None:
        """Check that the data names a floating point input for the input gradient regularisation.

        Raises:
            ValueError: If the data names no input.
            TypeError: If the input is no floating point tensor.
        """
        from tfaip.scenario.inputgradient import check_input_gradient_regularization

        check_input_gradient_regularization(self.data)


def _model_folder(path: str) -> str:
    return path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
