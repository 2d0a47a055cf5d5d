# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A program that reads from pipelines with workers of all kinds and ends in one of many ways."""

import itertools
import os
import signal
import sys
import time

import numpy.random  # noqa: F401 - its import loses a Ctrl-C that comes meanwhile, as that of any Cython module

from test.data.generatingprocessors import GenerateParams
from test.data.processors import MulParams, TinyDataParams, TroubleParams
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.definitions import Sample
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams


def main(way: str) -> None:
    at = 5000 if way == "exception" else -1
    params = SequentialProcessorPipelineParams(
        processors=[MulParams(), GenerateParams(), TroubleParams(at=at), GenerateParams(chunk=4)]
    )
    pipeline = params.create(DataPipelineParams(num_processes=2), TinyDataParams())
    print("begins", flush=True)
    n_samples = 10_000 if way in ("normal", "exception", "killed worker") else sys.maxsize
    samples = pipeline.apply(Sample(inputs=i, targets=i, meta={"i": i}) for i in range(n_samples))
    first = list(itertools.islice(samples, 20))
    workers = [process for pool in pipeline.context.pools._leased for process in pool.processes]
    print(*[process.pid for process in workers], flush=True)
    if way == "killed worker":
        for process in workers[1:]:
            os.kill(process.pid, signal.SIGKILL)
    if way == "killed parent":
        os.kill(os.getpid(), signal.SIGKILL)
    if way == "sys.exit":
        sys.exit(3)
    if way == "dropped":
        del samples, pipeline
        return
    if way == "waiting":
        time.sleep(600)
    print(len(first) + sum(1 for _ in samples), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
