# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The data pipeline against what the machine allows, and against other loaders.

For each kind of work on a sample all contestants are measured in turn, several rounds long, so that they meet the same
load of the machine; medians count. The reference of work that takes a millisecond is the summed rate of as many bare
loops running at once; of samples without work, ``tf.data.Dataset.from_generator`` of single samples in one process; of
large samples, copying them into an array that exists and making a tensor of it, in one process.

    python -m benchmarks.pipeline                        # all, about half an hour
    python -m benchmarks.pipeline --kinds overhead --rounds 1 --seconds 2
    python -m benchmarks.pipeline --threads              # PYTHON and NUMPY with 1, 2, 4, 6 processes

Other loaders are measured if they are installed (``pip install torch grain matplotlib``).
"""

import argparse
import logging
import os
import statistics
import sys
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # one thread a process: processes are what is compared
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

from benchmarks.loaders.work import KINDS, calibrate


def parse_args() -> argparse.Namespace:
    """Return the arguments of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS), help="kinds of work")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; medians over them are printed")
    parser.add_argument("--seconds", type=float, default=4.0, help="seconds of each measurement")
    parser.add_argument("--num_processes", type=int, default=2, help="worker processes")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these contestants and the reference")
    parser.add_argument("--output", type=Path, default=Path("benchmarks/results"), help="where to write the results")
    parser.add_argument("--threads", action="store_true", help="the table of seconds with 1, 2, 4 and 6 processes")
    return parser.parse_args()


def measure_threads(rounds: int, seconds: float) -> str:
    """Return a table: seconds for 10,000 samples with 1, 2, 4 and 6 processes."""
    from benchmarks.loaders import ours, peers
    from benchmarks.loaders.measure import rate_of

    counts, loaders = (1, 2, 4, 6), {"tf.py_function": peers.py_function, "tfaip": ours.into_the_step}
    lines = ["| | task | " + " | ".join(f"{n} processes" for n in counts) + " |", "|:---|:---|" + "---:|" * len(counts)]
    for kind in ("python", "numpy"):
        for name, loader in loaders.items():
            cells = []
            for n in counts:
                rates = [rate_of(loader(kind, n), seconds) for _ in range(rounds)]
                cells.append(f"{10_000 / statistics.median(rates):.2f} s")
            lines.append(f"| {name} | {kind.upper()} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> int:
    """Run the measurements, print the table and what was asked for, write the files."""
    args = parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    calibrate()
    from benchmarks.loaders import ours, report
    from benchmarks.loaders.measure import measure

    if args.threads:
        print(measure_threads(args.rounds, args.seconds))
        return 0
    results = {kind: measure(kind, args.num_processes, args.rounds, args.seconds, args.only) for kind in args.kinds}
    memory = round(ours.worker_memory("overhead"), 1)
    facts = {"machine": report.machine(), "num_processes": args.num_processes, "rounds": args.rounds}
    print(f"\n{facts['machine']}; {args.num_processes} processes, medians of {args.rounds} rounds\n")
    print(report.table(results))
    print(f"\nA worker adds {memory} MiB of memory.\n")
    print("\n".join(report.verdicts(results)))
    report.save(results, args.output, {**facts, "worker_memory_mib": memory})
    return 0


if __name__ == "__main__":
    sys.exit(main())
