# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``predict``: writes the text of each line, by one model or by several that vote."""

from dataclasses import dataclass, field
from typing import List, Optional

from paiargparse import PAIArgumentParser, pai_dataclass, pai_meta

from test.contract.program.dataset.readers.base import LineReaderParams
from test.contract.program.dataset.readers.file import FileReaderParams
from test.contract.program.predict.params import PredictorParams, VoterParams
from test.contract.program.training.pipeline_params import READERS


@pai_dataclass
@dataclass
class PredictArgs:
    checkpoint: List[str] = field(default_factory=list, metadata=pai_meta(mode="flat", help="Models"))
    data: LineReaderParams = field(default_factory=FileReaderParams, metadata=pai_meta(mode="flat", choices=READERS))
    predictor: PredictorParams = field(
        default_factory=PredictorParams, metadata=pai_meta(fix_dc=True, mode="flat", help="Prediction")
    )
    voter: VoterParams = field(default_factory=VoterParams, metadata=pai_meta(fix_dc=True, mode="flat"))
    output: Optional[str] = field(default=None, metadata=pai_meta(mode="flat", help="File for the texts"))


def run(args: Optional[List[str]] = None) -> List[str]:
    parser = PAIArgumentParser()
    parser.add_root_argument("root", PredictArgs, default=PredictArgs())
    return main(parser.parse_args(args).root)


def main(args: PredictArgs) -> List[str]:
    from test.contract.program.predict.predictor import LineMultiPredictor, LinePredictor

    if len(args.checkpoint) == 1:
        predictor = LinePredictor.from_checkpoint(args.predictor, args.checkpoint[0])
        lines = [sample.outputs.text for sample in predictor.predict(args.data)]
    else:
        predictor = LineMultiPredictor.from_paths(
            args.checkpoint, predictor_params=args.predictor, voter_params=args.voter
        )
        lines = [sample.outputs[1].text for sample in predictor.predict(args.data)]
    predictor.benchmark_results.pretty_print()
    if args.output:
        with open(args.output, "w", encoding="utf-8") as f:
            f.writelines(f"{line}\n" for line in lines)
    return lines


if __name__ == "__main__":
    run()
