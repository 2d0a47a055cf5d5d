# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Kills trainings by SIGKILL at random moments, resumes them, and compares what they end with, bit by bit.

A training is killed and resumed again and again until it ends; then its weights, the state of its optimizer, of all
random numbers and callbacks, and the loss and metric values of every epoch are compared with those of the training that
was never killed. Then another one is started, until there have been as many kills as were asked for. Checkpoints are
written after each third step and each epoch, and models are exported, so that many kills hit a write.

Each training is a process of its own, forked off one that has imported TensorFlow but not initialised it, and runs what
``tfaip-train`` and ``tfaip-resume-training`` run; only the import is saved.

    python -m benchmarks.kill_resume               # 100 kills, about ten minutes
    python -m benchmarks.kill_resume --kills 10    # a look
"""

import argparse
import random
import tempfile
from pathlib import Path

from benchmarks.killing.runs import KilledRun, Server, kill_and_resume, never_killed

KILLS_OF_A_RUN = 8


def measure(kills: int, seed: int) -> tuple[list[KilledRun], float]:
    """Kill trainings; return each, and the seconds of one that is not killed."""
    rng = random.Random(seed)
    runs: list[KilledRun] = []
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        expected, first = never_killed(server, Path(folder, "whole"), [])
        again, second = never_killed(server, Path(folder, "again"), [])
        seconds = latest = min(first, second)
        assert not again.differences(expected), again.differences(expected)
        while (left := kills - sum(run.kills for run in runs)) > 0:
            output_dir = Path(folder, f"run_{len(runs)}")
            run = kill_and_resume(server, output_dir, expected, [], min(left, KILLS_OF_A_RUN), latest, rng)
            runs.append(run)
            latest = run.seconds
            print(f"run {len(runs)}: {run.kills} kills, {'; '.join(run.differences) or 'identical'}", flush=True)
    return runs, seconds


def table(runs: list[KilledRun]) -> str:
    """Return the table of the runs in Markdown."""
    lines = ["| run | kills | went on at epoch.step | end |", "|---:|---:|:---|:---|"]
    for number, run in enumerate(runs, start=1):
        places = " ".join(f"{epoch}.{step}" for epoch, step in run.continued) or "the beginning"
        lines.append(f"| {number} | {run.kills} | {places} | {'; '.join(run.differences) or 'identical'} |")
    identical = sum(not run.differences for run in runs)
    lines.append(f"| all | {sum(run.kills for run in runs)} | | {identical} of {len(runs)} identical |")
    return "\n".join(lines)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    runs, seconds = measure(args.kills, args.seed)
    print(f"\nA training that is not killed takes {seconds:.1f} s.\n\n{table(runs)}")
    raise SystemExit(any(run.differences for run in runs))


if __name__ == "__main__":
    main()
