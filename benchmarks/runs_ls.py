# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How long a user waits for ``tfaip-runs ls`` of many runs: the wall time of new processes.

python -m benchmarks.runs_ls --runs 300 --repeat 9   (limit: 0.5 s for 300 runs)
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tfaip.runs.format.run import Primary, RunInfo, Session, write_run
from tfaip.runs.format.status import BestValue, State, Status, write_status

# The same as the console script, which may not be installed.
RUNS = "import sys; sys.argv[0] = 'tfaip-runs'; from tfaip.scripts.runs import run; run()"
EPOCHS = 20


def write_runs(folder: Path, count: int) -> None:
    """Write runs that have ended, with the parameters of a real size."""
    params = {"epochs": EPOCHS, "optimizer": {"lr": 0.1}, "scenario": {f"field_{index}": index for index in range(300)}}
    for index in range(count):
        run = folder / f"group_{index % 10}" / f"run_{index}"
        run.mkdir(parents=True)
        session = Session(1.7e9 + index, ["tfaip-train", "scenario"] * 20, host="machine", packages={"keras": "3"})
        primary = Primary("val_acc", "max")
        write_run(str(run), RunInfo(name=run.name, created=1.7e9 + index, primary=primary, sessions=[session]))
        values = {"loss": 0.1, "val_acc": index / count, "val_loss": 0.2}
        best = BestValue("val_acc", index / count, EPOCHS)
        status = Status(State.FINISHED, t=1.8e9, epoch=EPOCHS, epochs=EPOCHS, progress=1.0, last=values, best=best)
        write_status(str(run), status)
        (run / "trainer_params.json").write_text(json.dumps(params))
        (run / "train").mkdir()


def seconds_of(args: list[str], folder: Path, cache: Path) -> float:
    """Return the wall time of a new Python process in a directory."""
    path = os.pathsep.join(filter(None, [os.getcwd(), os.environ.get("PYTHONPATH")]))
    env = {**os.environ, "PYTHONPATH": path, "XDG_CACHE_HOME": str(cache)}
    start = time.perf_counter()
    subprocess.run([sys.executable, *args], check=True, capture_output=True, env=env, cwd=folder)
    return time.perf_counter() - start


def main() -> None:
    """Run the commands and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--repeat", type=int, default=9)
    options = parser.parse_args()
    commands = {
        "python -c pass": ["-c", "pass"],
        "tfaip-runs ls": ["-c", RUNS, "ls"],
        "tfaip-runs ls --where optimizer.lr=0.1": ["-c", RUNS, "ls", "--where", "optimizer.lr=0.1"],
    }
    with tempfile.TemporaryDirectory() as folder:
        runs, cache = Path(folder, "runs"), Path(folder, "cache")
        write_runs(runs, options.runs)
        seconds_of(commands["tfaip-runs ls"], runs, cache)  # fills the file cache
        (cache / "tfaip" / "runs").rename(cache / "old")
        first = seconds_of(commands["tfaip-runs ls"], runs, cache)
        print(f"{'tfaip-runs ls without its index':40} {first:6.3f} s")
        measured: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(options.repeat):
            for name, args in commands.items():
                measured[name].append(seconds_of(args, runs, cache))
    medians = {name: statistics.median(seconds) for name, seconds in measured.items()}
    for name, seconds in medians.items():
        print(f"{name:40} {seconds:6.3f} s")
    print(json.dumps({"runs": options.runs, "median_seconds": medians, "first_seconds": first}))


if __name__ == "__main__":
    main()
