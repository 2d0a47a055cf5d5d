# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How to change what a prediction prints and writes, with flags of your own: a predictor.

This one is allowed to say that it does not know.

tfaip-train examples.howtos.custom_predictor --trainer.output_dir models/unsure
tfaip-predict --export_dir models/unsure/best --predict.min_probability 0.9 --output digits.jsonl
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Dict, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from examples.tutorial.min.params import TutorialScenarioParams, TutorialTrainerPipelineParams
from tfaip import PredictorParams, Sample
from tfaip.params.ranges import Range
from tfaip.predict.predictor import Predictor
from tfaip.scenario.scenariobase import ScenarioBase


@pai_dataclass
@dataclass
class UnsurePredictorParams(PredictorParams):
    """The parameters of each prediction, and one more."""

    min_probability: float = field(
        default=0.8,
        metadata={
            **pai_meta(help="Below this probability there is no answer"),
            "range": Range(minimum=0, maximum=1),
        },
    )


class UnsurePredictor(Predictor[UnsurePredictorParams]):
    """Gives an answer only where the network is sure, and counts the others."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.n_samples = self.n_unsure = 0

    def answer(self, sample: Sample) -> Optional[int]:
        """Return the digit, or None."""
        digit = int(sample.outputs["class"])
        return digit if sample.outputs["pred"][digit] >= self.params.min_probability else None

    def _print_prediction(self, sample: Sample, print_fn: Callable[[str], Any]) -> None:
        digit = self.answer(sample)
        print_fn("I do not know" if digit is None else f"This is a {digit}")

    def _result_row(self, sample: Sample) -> Dict[str, Any]:
        """Return what ``--output`` writes for a sample."""
        return {"digit": self.answer(sample), "probability": float(sample.outputs["pred"].max())}

    def _on_sample_end(self, sample: Sample) -> None:
        self.n_samples += 1
        self.n_unsure += self.answer(sample) is None

    def _on_predict_end(self) -> None:
        if not self.params.silent:
            print(f"No answer for {self.n_unsure} of {self.n_samples} samples")


class UnsureScenario(ScenarioBase[TutorialScenarioParams, TutorialTrainerPipelineParams]):
    """The minimal tutorial with this predictor."""

    @classmethod
    def predictor_cls(cls) -> Type[UnsurePredictor]:
        return UnsurePredictor
