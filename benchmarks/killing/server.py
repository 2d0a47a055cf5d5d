# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs trainings in forks of itself: ``python -m benchmarks.killing.server``, a line of JSON a training.

TensorFlow is imported here once, but not initialised: each training is a process of its own that starts TensorFlow,
and is really killed, without the seconds of the import.
"""

import json
import os
import sys
import traceback

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import benchmarks.killing.scenario  # noqa: F401
from tfaip.scripts import resume_training, train
from tfaip.trainer import trainer  # noqa: F401

SCENARIO = "benchmarks.killing.scenario:KillScenario"


def run(output_dir: str, args: list[str]) -> None:
    """Start a training, or resume it if there are parameters of it already."""
    if os.path.isfile(os.path.join(output_dir, "trainer_params.json")):
        resume_training.main([output_dir, "--trust", "benchmarks"])
    else:
        train.run_args([SCENARIO, "--trainer.output_dir", output_dir, *args])


def run_in_this_process(output_dir: str, args: list[str]) -> None:
    """Run a training with its output in a file, and leave the process."""
    log = os.open(f"{output_dir}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    code = 1
    try:
        run(output_dir, args)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def main() -> None:
    """Tell that TensorFlow is imported; then tell for each line the process, and its status when it has ended."""
    print("ready", flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        pid = os.fork()
        if pid == 0:
            run_in_this_process(task["output_dir"], task["args"])
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
