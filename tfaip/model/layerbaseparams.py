# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of a layer that is chosen by its parameters (free of TensorFlow)."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Type

from paiargparse import pai_dataclass

if TYPE_CHECKING:
    from tfaip.model.layerbase import LayerBase


@pai_dataclass
@dataclass
class LayerBaseParams(ABC):
    """Base of the parameters of a :class:`~tfaip.model.layerbase.LayerBase`."""

    @staticmethod
    @abstractmethod
    def cls() -> Type["LayerBase"]:
        """Return the class of the layer."""

    def create(self, **kwargs: Any) -> "LayerBase":
        """Return a new layer of these parameters.

        Args:
            **kwargs: Further arguments of the layer's constructor.
        """
        return self.cls()(params=self, **kwargs)
