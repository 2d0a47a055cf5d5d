# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Whatever goes wrong in a worker is reported, and nothing hangs."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from test.data.deadline import DEADLINE, in_time
from test.data.processors import (
    FailingOnceParams,
    LookAroundParams,
    MulParams,
    PairsParams,
    TinyDataParams,
    TroubleParams,
)
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.definitions import Sample, SampleErrorPolicy
from tfaip.data.pipeline.errors import SampleError
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.util.errors import UserError
from tfaip.util.multiprocessing.failure import WorkerError


def samples(n):
    return [Sample(inputs=i, targets=i, meta={"i": i}) for i in range(n)]


def run(processors, num_processes, n=30, **kwargs):
    """Return all results, or the exception; fail if neither comes in time."""
    params = SequentialProcessorPipelineParams(processors=processors)
    pipeline = params.create(DataPipelineParams(num_processes=num_processes, **kwargs), TinyDataParams())
    result = in_time(lambda: list(pipeline.apply(samples(n))))
    pipeline.join()
    return result


@pytest.mark.parametrize("num_processes", [0, 2])
def test_an_exception_names_processor_and_sample_and_keeps_its_type(num_processes):
    error = run([MulParams(), TroubleParams(at=5)], num_processes)
    assert isinstance(error, SampleError)
    assert isinstance(error, ValueError)
    assert (error.processor, error.index, error.meta) == ("Trouble", 5, {"i": 5})
    assert "ValueError in Trouble: bad number 10" in str(error)
    assert "sample 5 with meta {'i': 5}" in str(error)
    assert "processors.py" in error.where
    assert type(error.__cause__) is ValueError
    if num_processes:
        assert "do_raise" in error.worker_traceback
    else:
        assert error.worker_traceback is None


def test_a_sample_error_can_be_pickled():
    error = run([TroubleParams()], 0)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is SampleError
    assert (str(copy), copy.index, copy.meta) == (str(error), 5, {"i": 5})


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("silent_error", "SilentError in Trouble: <its text cannot be made"),
        ("slowly_pickled_error", "SlowlyPickledError in Trouble: too slow"),
        ("homeless_error_that_raises", "HomelessError in Trouble: raises"),
        ("homeless_error_that_hangs", "HomelessError in Trouble: hangs"),
        ("homeless_error_that_changes", "HomelessError in Trouble: changes"),
        ("long_error", "LookupError in Trouble: longlong"),
        ("leave", "SystemExit in Trouble: leaves"),
        ("interrupt", "KeyboardInterrupt in Trouble: interrupts"),
    ],
)
def test_an_exception_of_any_kind_names_processor_and_sample(what, message):
    error = run([MulParams(), TroubleParams(at=5, what=what)], 2)
    assert isinstance(error, SampleError)
    assert (error.processor, error.index, error.meta) == ("Trouble", 5, {"i": 5})
    assert message in str(error)
    assert f"do_{what}" in error.worker_traceback
    assert len(str(error)) < 30_000


@pytest.mark.parametrize("what", ["silent_error", "long_error"])
def test_an_exception_of_any_kind_names_processor_and_sample_in_one_process(what):
    error = run([MulParams(), TroubleParams(at=5, what=what)], 0)
    assert (error.processor, error.index) == ("Trouble", 5)
    assert len(str(error)) < 30_000


def test_a_fork_that_a_processor_lets_go_on_does_not_answer():
    results = run([TroubleParams(at=5, what="fork"), MulParams()], 2, n=300)
    assert [sample.inputs for sample in results] == [2 * i for i in range(300)]


@pytest.mark.parametrize("what", ["unpicklable_error", "unpicklable_result"])
def test_what_cannot_be_pickled_is_reported(what):
    error = run([TroubleParams(at=7, what=what)], 2)
    assert isinstance(error, SampleError)
    assert error.index == 7
    assert ("cannot travel" if what == "unpicklable_error" else "cannot be pickled") in str(error)


def test_a_result_that_cannot_be_unpickled_names_its_sample():
    error = run([MulParams(), TroubleParams(at=7, what="unreadable_result")], 2)
    assert isinstance(error, SampleError) and isinstance(error, RuntimeError)
    assert (error.index, error.meta) == (7, {"i": 7})
    assert "RuntimeError" in str(error) and "(Mul, Trouble) cannot be unpickled: not at home" in str(error)
    assert "go_home" in error.where


def test_a_result_that_cannot_be_unpickled_can_be_skipped():
    trouble = [TroubleParams(at=at, what="unreadable_result") for at in (7, 8, 200)]
    results = run(trouble, 2, n=300, sample_errors=SampleErrorPolicy.SKIP)
    assert [sample.meta["i"] for sample in results] == [i for i in range(300) if i not in (7, 8, 200)]


@pytest.mark.parametrize("what", ["unpicklable_result", "unreadable_result"])
def test_a_batch_whose_result_cannot_travel_is_named_or_skipped(what):
    def run_batches(**kwargs):
        params = SequentialProcessorPipelineParams(processors=[TroubleParams(at=7, what=what)])
        pipeline = params.create(DataPipelineParams(num_processes=2, **kwargs), TinyDataParams())
        batches = [samples(30)[i : i + 3] for i in range(0, 30, 3)]
        result = in_time(lambda: [[sample.inputs for sample in batch] for batch in pipeline.apply(batches)])
        pipeline.join()
        return result, [skipped.index for skipped in pipeline.skipped_samples]

    error, _ = run_batches()
    assert isinstance(error, SampleError)
    assert error.index == 6
    results, skipped = run_batches(sample_errors=SampleErrorPolicy.SKIP)
    assert results == [[i, i + 1, i + 2] for i in range(0, 30, 3) if i != 6]
    assert skipped == [6, 7, 8]


@pytest.mark.parametrize("num_processes", [0, 2])
def test_a_result_that_is_no_sample_is_reported(num_processes):
    error = run([TroubleParams(at=7, what="wrong_type")], num_processes)
    assert isinstance(error, SampleError)
    assert error.index == 7


@pytest.mark.parametrize(("what", "reason"), [("kill", "killed by signal 9"), ("exit", "exit code 3")])
def test_a_sample_that_kills_two_workers_is_named_and_raised(what, reason):
    error = run([TroubleParams(at=7, what=what)], 2)
    assert isinstance(error, SampleError)
    assert reason in str(error)
    assert (error.processor, error.index, error.meta) == ("Trouble", 7, {"i": 7})


@pytest.mark.parametrize("what", ["kill", "exit", "raise"])
def test_a_sample_that_kills_two_workers_can_be_skipped_like_one_that_raises(what):
    results = run([TroubleParams(at=7, what=what)], 2, sample_errors=SampleErrorPolicy.SKIP)
    assert [sample.meta["i"] for sample in results] == [i for i in range(30) if i != 7]


@pytest.mark.parametrize("num_processes", [0, 2])
def test_only_so_many_samples_are_skipped(num_processes):
    settings = {"sample_errors": SampleErrorPolicy.SKIP}
    processors = [TroubleParams(at=5), TroubleParams(at=9), TroubleParams(at=20)]
    assert len(run(processors, num_processes, max_skipped_samples=3, **settings)) == 27
    error = run(processors, num_processes, max_skipped_samples=2, **settings)
    assert isinstance(error, SampleError)
    assert error.index == 20
    assert "2 samples were skipped before" in "".join(error.__notes__)


@pytest.mark.parametrize("num_processes", [0, 2])
def test_a_sample_that_fails_is_tried_again(num_processes, tmp_path):
    processors = [FailingOnceParams(folder=str(tmp_path), at=[3, 8])]
    error = run(processors, num_processes)
    assert isinstance(error, SampleError)
    for file in tmp_path.iterdir():
        file.unlink()
    results = run(processors, num_processes, sample_retries=1)
    assert [sample.meta["i"] for sample in results] == list(range(30))


@pytest.mark.parametrize("num_processes", [0, 2])
def test_an_exception_in_init_is_reported_at_once(num_processes):
    error = run([TroubleParams(what="init")], num_processes)
    assert isinstance(error, WorkerError if num_processes else ValueError)
    assert "no such model file" in str(error)


@pytest.mark.parametrize("num_processes", [0, 2])
def test_an_exception_in_a_generating_processor_is_reported(num_processes):
    error = run([MulParams(), PairsParams(fail_at=10)], num_processes)
    assert isinstance(error, SampleError)
    assert (error.processor, error.index) == ("Pairs", 5)


@pytest.mark.parametrize("num_processes", [0, 2])
def test_an_exception_of_the_source_passes_through_all_stages(num_processes):
    def source():
        yield from samples(30)
        raise KeyError("source")

    params = SequentialProcessorPipelineParams(processors=[MulParams(), PairsParams(), MulParams()])
    pipeline = params.create(DataPipelineParams(num_processes=num_processes), TinyDataParams())
    with pytest.raises(KeyError, match="source"):
        list(pipeline.apply(source()))
    pipeline.join()


def test_params_that_cannot_be_sent_to_workers_are_reported():
    params = TroubleParams()
    object.__setattr__(params, "what", lambda: None)
    error = run([params], 2)
    assert isinstance(error, UserError)
    assert "cannot be sent to a worker process" in str(error)


def test_workers_end_with_the_pipeline():
    params = SequentialProcessorPipelineParams(processors=[LookAroundParams()])
    pipeline = params.create(DataPipelineParams(num_processes=2), TinyDataParams())
    pids = {sample.outputs["pid"] for sample in pipeline.apply(samples(20))}
    assert all(_is_running(pid) for pid in pids)
    del pipeline
    _wait_until_gone(pids)


def test_workers_end_when_their_parent_is_killed(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from test.data.test_worker_failures import print_worker_pids_and_wait\nprint_worker_pids_and_wait()\n"
    )
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
    )
    with process:
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert len(pids) == 2 and all(_is_running(pid) for pid in pids)
        process.kill()
    _wait_until_gone(pids)


def test_a_script_without_main_guard_works_if_the_workers_need_nothing_of_it(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "print('script runs')\n"
        "from test.data.test_worker_failures import run\n"
        "from test.data.processors import MulParams\n"
        "print(sum(sample.inputs for sample in run([MulParams()], 2)))\n"
    )
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    output = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, env=env, timeout=DEADLINE)
    assert output.stdout == "script runs\n870\n", output.stderr


class Unreadable:
    """Can be sent, but not be read elsewhere."""

    def __init__(self, what):
        self.what = what

    def __setstate__(self, state):
        if state["what"] == "kills":
            os.kill(os.getpid(), signal.SIGKILL)
        raise LookupError("not at home")


@pytest.mark.parametrize(
    ("what", "message"),
    [("raises", "cannot read the tasks that it was sent: LookupError"), ("kills", "died between two tasks")],
)
def test_a_sample_that_no_worker_can_read_is_an_error(what, message):
    params = SequentialProcessorPipelineParams(processors=[LookAroundParams()])
    pipeline = params.create(DataPipelineParams(num_processes=2), TinyDataParams())
    broken = [*samples(30), Sample(inputs=Unreadable(what), targets=0), *samples(30)]
    error = in_time(lambda: list(pipeline.apply(broken)))
    assert isinstance(error, WorkerError), error
    assert message in str(error)


PROCESSOR_OF_A_SESSION = """
from dataclasses import dataclass
from test.data.processors import Mul, MulParams
from test.data.test_worker_failures import run

@dataclass
class ThriceParams(MulParams):
    factor: int = 3

print(run([ThriceParams()], 2))
"""


@pytest.mark.parametrize("args", [["-c", PROCESSOR_OF_A_SESSION], ["-"], []], ids=["command", "dash", "piped"])
def test_a_processor_of_a_session_without_a_file_is_explained(args):
    output = subprocess.run(
        [sys.executable, *args], input=PROCESSOR_OF_A_SESSION, capture_output=True, text=True, timeout=DEADLINE
    )
    assert "Worker processes cannot find what is defined in a notebook" in output.stdout, output.stderr
    assert "ThriceParams" in output.stdout
    assert "define it in a module" in output.stdout


def print_worker_pids_and_wait():
    params = SequentialProcessorPipelineParams(processors=[LookAroundParams()])
    pipeline = params.create(DataPipelineParams(num_processes=2), TinyDataParams())
    pids = set()
    while len(pids) < 2:
        pids |= {s.outputs["pid"] for s in pipeline.apply(samples(50))}
    print(*pids, flush=True)
    threading.Event().wait()


def _is_running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def _wait_until_gone(pids):
    end = time.monotonic() + DEADLINE
    while any(_is_running(pid) for pid in pids):
        assert time.monotonic() < end, "workers are left over"
        time.sleep(0.02)
