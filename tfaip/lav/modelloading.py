# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which graphs an evaluation needs, and getting them out of a model directory."""

import os
from typing import TYPE_CHECKING, Any

from tfaip.lav.evaluation import ModelEvaluation
from tfaip.predict.predictionfunction import PredictionFunction, create_prediction_function
from tfaip.scenario.archive import open_model_directory
from tfaip.scenario.livemodel import LiveModel
from tfaip.util.errors import UserError, UserFileNotFoundError
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.model.modelbase import ModelBase
    from tfaip.scenario.export import ExportedModel
    from tfaip.scenario.scenariobase import ScenarioBase

log = logger(__name__)

SAVED_MODEL_FILE = "saved_model.pb"


def model_directory(path: str) -> str:
    """Return the model directory of ``path``, a directory, a file or SavedModel in it, or an archive."""
    path = _opened(path)
    is_saved_model = os.path.exists(os.path.join(path, SAVED_MODEL_FILE))
    return os.path.dirname(os.path.abspath(path)) if is_saved_model else path


def saved_model_directory(path: str, serve_dir: str) -> str:
    """Return the SavedModel of ``path``, a model directory, its parameters, an archive, or the SavedModel itself.

    Raises:
        UserFileNotFoundError: There is no such directory.
    """
    path = _opened(path)
    if not os.path.isdir(path):
        raise UserFileNotFoundError(
            "The model directory does not exist.", where=path, expected="an exported model", got="no such directory"
        )
    return path if os.path.exists(os.path.join(path, SAVED_MODEL_FILE)) else os.path.join(path, serve_dir)


def _opened(path: str) -> str:
    """Return the directory of an archive or of a parameter file, everything else as it is."""
    opened = open_model_directory(path)
    return os.path.dirname(os.path.abspath(opened)) if os.path.isfile(opened) else opened


def needs_training_graph(scenario: "ScenarioBase") -> bool:
    """Return whether the classes tell that losses cannot be computed on the outputs of the exported graph.

    That is so if the graph is not the same in training and prediction, changes the targets, or if something else than
    the whole prediction graph is exported.
    """
    from tfaip.model.graphbase import GraphBase, RootGraph

    graph_cls = scenario.params.model.graph_cls()
    if not issubclass(graph_cls, GraphBase) or scenario.params.model.cls().root_graph_cls() is not RootGraph:
        return True
    hooks = ("build_train_graph", "build_prediction_graph")
    differs = any(getattr(graph_cls, hook) is not getattr(GraphBase, hook) for hook in hooks)
    return differs or hasattr(graph_cls, "pre_proc_targets") or not exports_prediction_graph(scenario)


def exports_prediction_graph(scenario: "ScenarioBase") -> bool:
    """Return whether the exported graph is the prediction graph as it is."""
    from tfaip.model.modelbase import ModelBase

    return scenario.params.model.cls()._export_graphs is ModelBase._export_graphs


def create_exported_evaluation(
    scenario: "ScenarioBase", path: str, instantiate_graph: bool = False, run_eagerly: bool = False
) -> ModelEvaluation:
    """Return the evaluation of a model directory.

    Args:
        scenario: A scenario with the parameters of the model.
        path: The model directory, or the SavedModel in it.
        instantiate_graph: Build the graphs anew from the parameters and copy the weights, instead of running the
            exported graph.
        run_eagerly: Run the graphs operation by operation; they are built anew for that.

    Raises:
        UserFileNotFoundError: A file is missing.
        UserError: The model does not name its weights, so that the graph cannot be built anew.
    """
    from tfaip.scenario.export import load_exported_model

    exported = load_exported_model(saved_model_directory(path, scenario.params.default_serve_dir))
    by_class = needs_training_graph(scenario)
    if exported.variables is None and not (instantiate_graph or run_eagerly):
        if by_class:
            log.warning("Only metrics are computed: the losses need the training graph, and %s has none", path)
        return ModelEvaluation(exported, create_model(scenario), has_losses=not by_class)
    if not (by_class or instantiate_graph or run_eagerly) and not scenario.keras_train_model.root_graph.losses:
        return ModelEvaluation(exported, create_model(scenario))
    _restore_graph(scenario, exported, path)
    predict: PredictionFunction = exported
    if instantiate_graph or run_eagerly or not exports_prediction_graph(scenario):
        predict = create_prediction_function(scenario.keras_predict_model, run_eagerly)
    return ModelEvaluation(predict, create_model(scenario), scenario.keras_train_model, run_eagerly=run_eagerly)


def create_live_evaluation(
    scenario: "ScenarioBase", live: Any, run_eagerly: bool = False, with_tensorboard: bool = False
) -> ModelEvaluation:
    """Return the evaluation of a model in memory.

    Args:
        scenario: A scenario with the parameters of the model.
        live: A :class:`LiveModel`, a keras model, or any function of a dictionary of batched arrays.
        run_eagerly: Run the graphs operation by operation.
        with_tensorboard: Also compute what layers write to TensorBoard.
    """
    prediction_model, training_model = live, None
    if isinstance(live, LiveModel):
        prediction_model, training_model = live.prediction_model, live.training_model
    predict = create_prediction_function(prediction_model, run_eagerly)
    has_losses = not (needs_training_graph(scenario) or getattr(prediction_model, "losses", None))
    if has_losses and not with_tensorboard:
        training_model = None
    elif training_model is None:
        missing = "values for TensorBoard" if has_losses else "losses"
        log.warning("The %s are not computed: they need the training graph, give LAV.run a LiveModel", missing)
    return ModelEvaluation(predict, create_model(scenario), training_model, has_losses, run_eagerly)


def create_model(scenario: "ScenarioBase") -> "ModelBase":
    """Return a new model of the scenario, without its graph."""
    kwargs = type(scenario).additional_model_kwargs(scenario.data, scenario.params)
    return scenario.params.model.create(**kwargs)


def _restore_graph(scenario: "ScenarioBase", exported: "ExportedModel", path: str) -> None:
    """Build the graphs of the scenario and copy the exported weights into them."""
    from tfaip.scenario.export.weights import restore_weights

    if exported.variables is None:
        raise UserError(
            "The graph cannot be built anew: the model does not name its weights.",
            where=path,
            expected="a model that was exported by this version",
            got="a model of tfaip 1.2",
            hint="evaluate it without --run_eagerly and --instantiate_graph",
        )
    restore_weights(scenario, exported.variables, path)
