# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-serve``: predict with an exported model, or several that vote, as an HTTP service."""

import argparse
import logging
import os
import sys
from typing import TYPE_CHECKING, List, Optional, Type

from tfaip.scenario.archive.temporaryfolder import remove_temporary_folders
from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.scripts.extrapackages import check_packages
from tfaip.scripts.modeldirectory import check_model_directory, load_scenario
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.util.tfaipargparse import TFAIPArgumentParser

if TYPE_CHECKING:
    from tfaip.predict.predictorbase import PredictorBase
    from tfaip.scenario.scenariobase import ScenarioBase

NEEDED_PACKAGES = ("starlette", "uvicorn", "h11", "prometheus_client")
DEFAULT_PORT = 8000


def create_parser() -> TFAIPArgumentParser:
    """Return the parser without the parameters of the model."""
    parser = TFAIPArgumentParser(
        prog="tfaip-serve", description="Predict with an exported model, or several that vote, as an HTTP service."
    )
    parser.add_argument(
        "--export_dir", nargs="+", required=True, help="the model directory, such as OUTPUT_DIR/best; several vote"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="name or address to listen at; 0.0.0.0 for all of this machine"
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="port to listen at; 0 for any that is free")
    add_trust_argument(parser)
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: A package is missing, a model directory is not complete, flags or values are wrong, or the address
            cannot be used.
    """
    set_log_level_of_tensorflow(args)
    parser = create_parser()
    plain, _ = parser.parse_plain_args(args)
    trust_packages(plain.trust)
    check_packages(NEEDED_PACKAGES, "The service", "serve")
    for path in plain.export_dir:
        check_model_directory(path)
    scenario_cls, _ = load_scenario(plain.export_dir[0])
    add_roots(parser, scenario_cls, several=len(plain.export_dir) > 1)
    return serve(parser.parse_args(args), scenario_cls)


def add_roots(parser: TFAIPArgumentParser, scenario_cls: "Type[ScenarioBase]", several: bool = False) -> None:
    """Add the parameters of the service with a scenario's model, or with several models that vote."""
    from tfaip.serve.params import ServeParams

    parser.add_root_argument("serve", ServeParams)
    predictor_cls = scenario_cls.multi_predictor_cls() if several else scenario_cls.predictor_cls()
    parser.add_root_argument("predict", predictor_cls.params_cls())


def serve(args: argparse.Namespace, scenario_cls: "Type[ScenarioBase]") -> int:
    """Load the model and answer requests until the process is told to end."""
    # imported late: they need the packages of the extra
    from tfaip.serve.serving import Serving
    from tfaip.util.http.address import bind

    # before the model is loaded, which takes its time
    bound = bind(args.host, args.port)
    with bound:
        predictor = _create_predictor(args, scenario_cls)
        title = os.path.basename(os.path.abspath(args.export_dir[0]))
        serving = Serving(predictor, args.serve, scenario_cls.serving_cls(), f"{scenario_cls.__name__}: {title}")
        code = serving.run(bound, on_start=_print_url)
    if code == 1:
        _end_now(code)
    return code


def _create_predictor(args: argparse.Namespace, scenario_cls: "Type[ScenarioBase]") -> "PredictorBase":
    if len(args.export_dir) == 1:
        return scenario_cls.create_predictor(args.export_dir[0], args.predict)
    return scenario_cls.create_multi_predictor(args.export_dir, args.predict)


def _print_url(url: str) -> None:
    print(f"Serving on {url}, documentation: {url}/docs", flush=True)


def _end_now(code: int) -> None:
    """End although threads are at work, which Python would wait for."""
    remove_temporary_folders()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
