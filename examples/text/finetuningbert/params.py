# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the scenario; like all parameter modules it does not import TensorFlow."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from examples.text.finetuningbert.data.params import PairsGeneratorParams, SentencePairDataParams
from tfaip import ModelBaseParams, ScenarioBaseParams, TrainerPipelineParamsBase, WarmStartParams
from tfaip.params.ranges import Range
from tfaip.util.errors import UserValueError

if TYPE_CHECKING:
    from examples.text.finetuningbert.graphs.graph import SentencePairGraph
    from examples.text.finetuningbert.model import SentencePairModel
    from examples.text.finetuningbert.warmstart import BertWarmStarter

PRETRAINED = "pretrained"


def _size(default: int, text: str) -> int:
    return field(default=default, metadata={**pai_meta(help=text), "range": Range(minimum=1)})


@pai_dataclass
@dataclass
class SentencePairModelParams(ModelBaseParams):
    """Sizes of the encoder. The defaults are those of MiniLM; fewer layers are the first ones of it."""

    layers: int = _size(6, "Number of layers")
    hidden: int = _size(384, "Size of the features of a word piece")
    heads: int = _size(12, "Number of attention heads")
    feed_forward: int = _size(1536, "Size of the layer between two layers")
    max_positions: int = _size(512, "Longest sequence that the encoder knows")
    dropout: float = field(
        default=0.1, metadata={**pai_meta(help="Share of values that are dropped"), "range": Range(minimum=0, below=1)}
    )

    def __post_init__(self) -> None:
        if self.hidden % self.heads:
            raise UserValueError(
                "The features cannot be divided among the heads.",
                where="model.heads",
                expected=f"a divisor of model.hidden {self.hidden}",
                got=str(self.heads),
            )

    @staticmethod
    def cls() -> Type["SentencePairModel"]:
        from examples.text.finetuningbert.model import SentencePairModel

        return SentencePairModel

    def graph_cls(self) -> Type["SentencePairGraph"]:
        from examples.text.finetuningbert.graphs.graph import SentencePairGraph

        return SentencePairGraph


@pai_dataclass
@dataclass
class SentencePairScenarioParams(ScenarioBaseParams[SentencePairDataParams, SentencePairModelParams]):
    """The scenario is made of these data and this model."""

    def __post_init__(self) -> None:
        if self.data.max_length > self.model.max_positions:
            raise UserValueError(
                "The encoder does not know such long sequences.",
                where="data.max_length",
                expected=f"at most model.max_positions {self.model.max_positions}",
                got=str(self.data.max_length),
            )


@pai_dataclass
@dataclass
class SentencePairTrainerPipelineParams(TrainerPipelineParamsBase[PairsGeneratorParams, PairsGeneratorParams]):
    """One generator serves training and validation, so its flags are written once: ``--train_val.dataset``."""

    train_val: PairsGeneratorParams = field(
        default_factory=PairsGeneratorParams,
        metadata=pai_meta(mode="flat", help="The data of training and validation"),
    )

    def train_gen(self) -> PairsGeneratorParams:
        return self.train_val

    def val_gen(self) -> Optional[PairsGeneratorParams]:
        return self.train_val


@pai_dataclass
@dataclass
class BertWarmStartParams(WarmStartParams):
    """Start with a pretrained encoder: names of the Hugging Face hub become ours, the classifier stays new."""

    model: Optional[str] = field(
        default=PRETRAINED,
        metadata=pai_meta(
            help="'pretrained' for MiniLM, another BERT as .safetensors file, a model of this scenario, or none"
        ),
    )
    exclude: Optional[str] = field(
        default="(.*/)?logits/.*",
        metadata=pai_meta(
            help="Regular expression of the weights that are not loaded; none to go on with another model's classifier"
        ),
    )

    @staticmethod
    def cls() -> Type["BertWarmStarter"]:
        from examples.text.finetuningbert.warmstart import BertWarmStarter

        return BertWarmStarter
