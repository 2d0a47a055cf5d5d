# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of a model and of the graph that belongs to it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Type

from paiargparse import pai_dataclass

if TYPE_CHECKING:
    from tfaip.model.graphbase import GenericGraphBase
    from tfaip.model.modelbase import ModelBase


@pai_dataclass
@dataclass
class ModelBaseParams:
    """Base of the parameters of a model and its graph.

    A subclass adds the fields and names the two classes that are built from them (:meth:`cls`, :meth:`graph_cls`).
    The base itself can be instantiated, since it is the default of generic parameter trees.
    """

    @staticmethod
    def cls() -> Type["ModelBase"]:
        """Return the model's class; to be overridden."""
        raise NotImplementedError("Override the static method cls() of the model's parameters and return the model.")

    def create(self, **kwargs: Any) -> "ModelBase":
        """Return a new model of these parameters.

        Args:
            **kwargs: Further arguments of the model's constructor.
        """
        return self.cls()(params=self, **kwargs)

    def graph_cls(self) -> Type["GenericGraphBase"]:
        """Return the graph's class; to be overridden."""
        raise NotImplementedError("Override graph_cls(self) of the model's parameters and return the graph's class.")

    def create_graph(self, **kwargs: Any) -> "GenericGraphBase":
        """Return a new graph of these parameters.

        Args:
            **kwargs: Further arguments of the graph's constructor.
        """
        return self.graph_cls()(params=self, **kwargs)
