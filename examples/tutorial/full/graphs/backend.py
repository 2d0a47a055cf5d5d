# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What every choice of hidden layers has in common."""

from abc import ABC, abstractmethod
from typing import Any, Generic, Optional, TypeVar

from examples.tutorial.full.graphs.params import GraphParams
from tfaip.model.layerbase import LayerBase
from tfaip.util.tftyping import AnyTensor

TGraphParams = TypeVar("TGraphParams", bound=GraphParams)


class HiddenLayers(LayerBase[TGraphParams], Generic[TGraphParams], ABC):
    """Turns images into features; create the layers in ``__init__``, connect them in ``call``."""

    @abstractmethod
    def call(self, images: AnyTensor, training: Optional[bool] = None, **kwargs: Any) -> AnyTensor:
        """Compute the features.

        Args:
            images: ``float32`` of shape [batch, 28, 28, 1].
            training: Whether the network is trained.

        Returns:
            ``float32`` of shape [batch, features].
        """
        raise NotImplementedError
