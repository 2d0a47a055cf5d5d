# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How long a user waits for ``--help``: the wall time of new processes, in turn, as median.

python -m benchmarks.help_time --repeat 5
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

# The same as the console script, which may not be installed.
TRAIN = "import sys; sys.argv[0] = 'tfaip-train'; from tfaip.scripts.train import run; run()"
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "tfaip-train --help": ["-c", TRAIN, "--help"],
    "import tensorflow": ["-c", "import tensorflow"],
    "tfaip-train examples.tutorial.full --help": ["-c", TRAIN, "examples.tutorial.full", "--help"],
}


def seconds_of(args: list[str]) -> float:
    """Return the wall time of a new Python process."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [os.getcwd(), os.environ.get("PYTHONPATH")]))}
    start = time.perf_counter()
    subprocess.run([sys.executable, *args], check=True, capture_output=True, env=env)
    return time.perf_counter() - start


def main() -> None:
    """Run the commands and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    for args in COMMANDS.values():
        seconds_of(args)  # fills the file cache
    measured: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(options.repeat):
        for name, args in COMMANDS.items():
            measured[name].append(seconds_of(args))
    medians = {name: statistics.median(seconds) for name, seconds in measured.items()}
    for name, seconds in medians.items():
        print(f"{name:45} {seconds:6.2f} s")
    extra = medians["tfaip-train examples.tutorial.full --help"] - medians["import tensorflow"]
    print(f"{'help of a scenario beyond TensorFlow itself':45} {extra:6.2f} s")
    print(json.dumps({"repeat": options.repeat, "median_seconds": medians, "scenario_help_extra_seconds": extra}))


if __name__ == "__main__":
    main()
