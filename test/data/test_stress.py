# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Accidents leave no trace: each sample comes once, in order, with the same bytes as without them.

Workers are killed from inside and from outside, leave or crash; processors fail once, or always on poisoned samples,
which are skipped; samples are dropped.
"""

import contextlib
import functools
import hashlib
import json
import os
import random
import signal
from dataclasses import dataclass

import pytest

from test.data.deadline import in_time
from test.data.processors import NumbersParams, TinyDataParams
from test.data.stressprocessors import ShakenArraysParams, ShakenGenerationParams, ShakenParams
from test.data.tinydata import TinyData
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.definitions import PipelineMode, Sample, SampleErrorPolicy
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams

SEED = 17
DEADLINE = 300  # seconds; the work takes some seconds, the new workers come on top


class ListedNumbersParams(NumbersParams):
    """Samples with lists of numbers."""

    def cls(self):
        return ListedNumbers


class ListedNumbers(DataGenerator[ListedNumbersParams]):
    def __len__(self):
        return self.params.n

    def yields_batches(self):
        return bool(self.params.batches)

    def generate(self):
        samples = (Sample(inputs=[i], targets=i, meta={"i": i}) for i in range(self.params.n))
        if not self.params.batches:
            yield from samples
            return
        (size,) = self.params.batches
        while batch := [sample for sample, _ in zip(samples, range(size), strict=False)]:
            yield batch


@dataclass
class Case:
    """A kind of pipeline."""

    stages: str  # m: mapping, g: generating in one worker, c: generating in chunks
    batches: int = 0  # size of the generator's batches
    shuffle_buffer_size: int = -1
    bucket_boundaries: tuple = ()
    through_stream: bool = False


CASES = {
    "mapping": Case("mm"),
    "stream": Case("m", through_stream=True),
    "shuffle buffer": Case("m", shuffle_buffer_size=300),
    "buckets": Case("m", bucket_boundaries=(100, 200)),
    "batches of the generator": Case("mcm", batches=7),
    "generating": Case("mgm"),
    "generating chunks": Case("mcm"),
    "all": Case("mgmcm", shuffle_buffer_size=50, bucket_boundaries=(200,), through_stream=True),
}
PARAMS = {"m": ShakenParams, "g": ShakenGenerationParams, "c": ShakenGenerationParams}


def processors(case, folder, accidents):
    """Return the processors; the accidents are the number of those in 10,000 samples, for each processor."""
    result = []
    for place, kind in enumerate(case.stages):
        params = PARAMS[kind](name=f"{kind}{place}", folder=str(folder or ""))
        if kind == "c":
            params.chunk = 16
        if kind != "g":  # there, one poisoned sample ends it all
            params.errors, params.poisoned = accidents, accidents
        params.deaths = accidents
        params.dropped = 300 if kind == "m" else 0
        result.append(params)
    return [*result, ShakenArraysParams(name="arrays", folder=str(folder or ""), deaths=accidents, poisoned=accidents)]


class Outcome:
    """What came out of a pipeline."""

    def __init__(self, pipeline, case, n_kills=0, n_samples=0):
        self.numbers = []
        self._digest = hashlib.sha256()
        self._pools = pipeline.data.worker_pools
        self._kill_every = n_samples // (n_kills + 1) if n_kills else None
        self._random = random.Random(3)
        batches = pipeline.input_stream(auto_repeat=False) if case.through_stream else pipeline.generate_input_batches()
        with batches as iterator:
            for batch in iterator:
                self._add(batch)
        self.skipped = sorted(skipped.index for skipped in pipeline.skipped_samples)
        pipeline.join()
        self.digest = self._digest.hexdigest()

    def _add(self, batch):
        before = len(self.numbers)
        for part in batch:
            for key in sorted(part):
                array = part[key]
                self._digest.update(f"{key} {array.dtype} {array.shape}".encode())
                self._digest.update(b" ".join(array.ravel()) if array.dtype.hasobject else array.tobytes())
        self.numbers += [json.loads(meta)["i"] for meta in batch[-1]["meta"].ravel()]
        if self._kill_every and before // self._kill_every != len(self.numbers) // self._kill_every:
            self._kill_one()

    def _kill_one(self):
        processes = [process for pool in list(self._pools._leased) for process in pool.processes]
        if processes:
            with contextlib.suppress(ProcessLookupError):  # it has just died of something else
                os.kill(self._random.choice(processes).pid, signal.SIGKILL)


def outcome(name, num_processes, n_samples, folder=None, accidents=0, n_kills=0):
    case = CASES[name]
    params = TinyDataParams()
    params.pre_proc = SequentialProcessorPipelineParams(
        run_parallel=num_processes > 0, processors=processors(case, folder, accidents)
    )
    pipeline = TinyData(params).create_pipeline(
        DataPipelineParams(
            mode=PipelineMode.EVALUATION,
            num_processes=num_processes,
            sample_errors=SampleErrorPolicy.SKIP,
            sample_retries=1,
            shuffle_buffer_size=case.shuffle_buffer_size,
            bucket_boundaries=list(case.bucket_boundaries),
        ),
        ListedNumbersParams(n=n_samples, batches=[case.batches] if case.batches else []),
    )
    pipeline.seed = SEED
    return Outcome(pipeline, case, n_kills if num_processes else 0, n_samples)


@functools.cache
def outcome_without_accidents(name, n_samples, poisoned):
    return outcome(name, 0, n_samples, accidents=poisoned)


def check(name, num_processes, n_samples, accidents, n_kills, folder):
    quiet = outcome_without_accidents(name, n_samples, accidents)
    shaken = in_time(lambda: outcome(name, num_processes, n_samples, folder, accidents, n_kills), DEADLINE)
    if isinstance(shaken, BaseException):
        raise shaken
    assert shaken.numbers == quiet.numbers
    assert shaken.digest == quiet.digest
    assert shaken.skipped == quiet.skipped
    if num_processes:
        assert len(os.listdir(folder)) > 0
    assert len(quiet.skipped) > 0
    if name in ("mapping", "stream"):
        all_params = processors(CASES[name], None, accidents)
        assert quiet.numbers == [
            i for i in range(n_samples) if not any(p.is_poisoned(i) or p.is_dropped(i) for p in all_params)
        ]


@pytest.mark.parametrize("name", ["mapping", "all"])
def test_accidents_leave_no_trace(name, tmp_path):
    check(name, 2, 500, 20, 1, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("num_processes", [0, 1, 2, 4])
@pytest.mark.parametrize("name", CASES)
def test_many_accidents_leave_no_trace(name, num_processes, tmp_path):
    check(name, num_processes, 10_000, 4, 3, tmp_path)
