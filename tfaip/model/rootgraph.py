# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The outermost layer: it owns the graph and knows the model."""

from typing import TYPE_CHECKING, Any, Dict, Optional, cast

from tfaip.model.keras_private.hookcalls import convert_hook
from tfaip.model.modelbaseparams import ModelBaseParams
from tfaip.model.trainpredictlayer import TrainPredictLayer
from tfaip.util.errors import UserError

if TYPE_CHECKING:
    from tfaip.model.graphbase import GenericGraphBase
    from tfaip.model.modelbase import ModelBase


class _Setup:
    """The arguments of the root graph; hidden from Keras, which would track dictionaries."""

    def __init__(self, **arguments: Any):
        self.arguments = arguments


class RootGraph(TrainPredictLayer):
    """Creates and owns model and graph. Like a graph it is called by ``train`` and ``predict``.

    Args:
        params: Parameters of the model.
        name: Name of the layer.
        setup_graph: Create the graph.
        setup_model: Create the model.
        model_kwargs: Further arguments of the model.
        graph_kwargs: Further arguments of the graph.
        **kwargs: Arguments of a keras layer.
    """

    def __init__(
        self,
        params: ModelBaseParams,
        name: str = "root",
        setup_graph: bool = True,
        setup_model: bool = True,
        model_kwargs: Optional[Dict[str, Any]] = None,
        graph_kwargs: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ):
        super().__init__(name=name, **kwargs)
        model_kwargs, graph_kwargs = dict(model_kwargs or {}), dict(graph_kwargs or {})
        self._params = params
        self._setup = _Setup(
            setup_graph=setup_graph, setup_model=setup_model, model_kwargs=model_kwargs, graph_kwargs=graph_kwargs
        )
        self._model: Optional[ModelBase] = self.create_model(**model_kwargs) if setup_model else None
        self._graph: Optional[GenericGraphBase] = self.create_graph(**graph_kwargs) if setup_graph else None

    def create_model(self, **kwargs: Any) -> "ModelBase":
        """Return a new model. Override if needed."""
        return self._params.create(**kwargs)

    def create_graph(self, **kwargs: Any) -> "GenericGraphBase":
        """Return a new graph. Override if needed."""
        return self._params.create_graph(**kwargs)

    @property
    def params(self) -> ModelBaseParams:
        """The parameters of the model."""
        return self._params

    @property
    def model(self) -> "ModelBase":
        """The model.

        Raises:
            UserError: If it was not to be created.
        """
        if self._model is None:
            raise UserError("The root graph was created without a model.", hint="Use setup_model=True.")
        return self._model

    @property
    def graph(self) -> "GenericGraphBase":
        """The graph.

        Raises:
            UserError: If it was not to be created.
        """
        if self._graph is None:
            raise UserError("The root graph was created without a graph.", hint="Use setup_graph=True.")
        return self._graph

    def pre_proc_targets(self, inputs: Any, targets: Any) -> Any:
        """Return the targets that graph, losses and metrics see: those of the data after model and graph changed them.

        Args:
            inputs: The inputs.
            targets: The targets.
        """
        if self._model is not None:
            targets = convert_hook(self._model.pre_proc_targets)(inputs, targets)
        of_graph = getattr(self.graph, "pre_proc_targets", None)
        return targets if of_graph is None else convert_hook(of_graph)(inputs, targets)

    def _train(self, inputs: Any, targets: Any, training: Any) -> Any:
        return self.graph.train(inputs, targets)

    def _predict(self, inputs: Any, training: Any) -> Any:
        return self.graph.predict(inputs)

    def get_config(self) -> Dict[str, Any]:
        """Return what :meth:`from_config` needs."""
        return {"name": self.name, "params": cast(Any, self._params).to_dict(), **self._setup.arguments}

    @classmethod
    def from_config(cls, config: Dict[str, Any]) -> "RootGraph":
        """Return a new root graph of a configuration."""
        config = dict(config)
        return cls(cast(Any, ModelBaseParams).from_dict(config.pop("params")), **config)
