# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``train``: a training by flags."""

from typing import List, Optional

from paiargparse import PAIArgumentParser

from test.contract.program.dataset.processors import AugmentationParams
from test.contract.program.scenario import LineScenario
from test.contract.program.training.params import TrainerParams
from tfaip.util.logging import WriteToLogFile, logger
from tfaip.util.typing import AnyNumpy

log = logger(__name__)


def run(args: Optional[List[str]] = None) -> dict[str, AnyNumpy]:
    return main(parse_args(args))


def parse_args(args: Optional[List[str]] = None) -> TrainerParams:
    parser = PAIArgumentParser()
    parser.add_argument("--version", action="version", version="%(prog)s v6")
    default = LineScenario.default_trainer_params()
    parser.add_root_argument("trainer", default.__class__, default=default)
    parser.add_argument("--n_augmentations", type=int, default=0)
    parsed = parser.parse_args(args)
    for processor in parsed.trainer.scenario.data.pre_proc.processors_of_type(AugmentationParams):
        processor.n_augmentations = parsed.n_augmentations
    return parsed.trainer


def main(params: TrainerParams) -> dict[str, AnyNumpy]:
    with WriteToLogFile(params.output_dir, append=False):
        log.info("training")
        return LineScenario.create_trainer(params).train()


if __name__ == "__main__":
    run()
