# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Layers that users choose."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Optional

from paiargparse import pai_dataclass, pai_meta

from tfaip.util.enum import StrEnum


class Activation(StrEnum):
    RELU = "relu"
    TANH = "tanh"


@pai_dataclass
@dataclass
class IntVec2D:
    x: int = 1
    y: int = 1


@pai_dataclass
@dataclass
class LayerParams(ABC):
    name: Optional[str] = field(default=None, metadata=pai_meta(mode="ignore"))

    @abstractmethod
    def create(self):
        raise NotImplementedError

    def downscale(self, factor: IntVec2D) -> IntVec2D:
        return factor


@pai_dataclass(alt="Conv")
@dataclass
class ConvLayerParams(LayerParams):
    filters: int = field(default=4, metadata=pai_meta(help="Number of filters"))
    kernel_size: IntVec2D = field(default_factory=lambda: IntVec2D(3, 3))
    activation: Activation = field(default=Activation.RELU, metadata=pai_meta(help="Activation"))

    def create(self):
        import keras

        size = (self.kernel_size.x, self.kernel_size.y)
        return keras.layers.Conv2D(self.filters, size, padding="same", activation=self.activation.value, name=self.name)


@pai_dataclass(alt="Pool")
@dataclass
class PoolLayerParams(LayerParams):
    pool_size: IntVec2D = field(default_factory=lambda: IntVec2D(2, 2))

    def create(self):
        import keras

        return keras.layers.MaxPooling2D((self.pool_size.x, self.pool_size.y), name=self.name)

    def downscale(self, factor):
        return IntVec2D(factor.x * self.pool_size.x, factor.y * self.pool_size.y)


@pai_dataclass(alt="Lstm")
@dataclass
class LstmLayerParams(LayerParams):
    hidden_nodes: int = field(default=8, metadata=pai_meta(help="Size of the state"))

    def create(self):
        import keras

        return keras.layers.Bidirectional(
            keras.layers.LSTM(self.hidden_nodes, return_sequences=True, name=f"{self.name}_lstm"), name=self.name
        )


@pai_dataclass(alt="Dropout")
@dataclass
class DropoutLayerParams(LayerParams):
    rate: float = field(default=0.5, metadata=pai_meta(help="Share that is left out"))

    def create(self):
        import keras

        return keras.layers.Dropout(self.rate, name=self.name)
