# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Killing trainings at random moments, resuming them, and comparing what they end with."""

import dataclasses
import json
import os
import random
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Optional

import numpy as np

from benchmarks.killing.values import VALUES_FILENAME

ROOT = Path(__file__).resolve().parents[2]
CONTINUED = re.compile(r"Continue after epoch (\d+)(?: and (\d+) steps)?")
DEADLINE = 600.0
SLOWER = 1.05
FIRST_PART = 0.5  # seconds in which TensorFlow starts and nothing can be lost


class Server:
    """The process that starts the trainings; see :mod:`benchmarks.killing.server`."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.killing.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=ROOT,
        )
        self._lines = b""
        assert self._read(DEADLINE) == "ready"

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *args: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _read(self, timeout: float) -> Optional[str]:
        """Return the next line, None if there is none in time."""
        assert self._process.stdout is not None
        end = time.monotonic() + timeout
        while b"\n" not in self._lines:
            if not select.select([self._process.stdout], [], [], max(0.0, end - time.monotonic()))[0]:
                return None
            content = os.read(self._process.stdout.fileno(), 4096)
            assert content, "the server of trainings has died"
            self._lines += content
        line, _, self._lines = self._lines.partition(b"\n")
        return line.decode()

    def run(self, output_dir: Path, args: list[str], kill_after: Optional[float] = None) -> int:
        """Run or resume a training and return its exit code, -9 if it was killed.

        Args:
            output_dir: Its directory.
            args: Its flags if it is new.
            kill_after: Seconds until SIGKILL; None to let it end.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"output_dir": str(output_dir), "args": args}).encode() + b"\n")
        self._process.stdin.flush()
        pid = int(self._read(DEADLINE) or 0)
        status = self._read(DEADLINE if kill_after is None else kill_after)
        if status is None:
            os.kill(pid, signal.SIGKILL)
            status = self._read(DEADLINE)
        assert status is not None
        if int(status) not in (0, -signal.SIGKILL):
            raise RuntimeError(Path(f"{output_dir}.log").read_text()[-4000:])
        return int(status)


@dataclasses.dataclass
class Ending:
    """What a training ends with.

    Attributes:
        values: For each epoch the lines that were written for it: more than one if it was trained again after a kill.
        files: All arrays and states of the last checkpoint.
    """

    values: dict[int, set[str]]
    files: dict[str, Any]

    def differences(self, other: "Ending") -> list[str]:
        """Return what is not the same, bit by bit."""
        wrong = [f"epoch {epoch}" for epoch, lines in other.values.items() if self.values.get(epoch) != lines]
        for name in {*self.files, *other.files}:
            first, second = self.files.get(name), other.files.get(name)
            if first is None or second is None or not np.array_equal(first, second, equal_nan=first.dtype.kind == "f"):
                wrong.append(name)
        return wrong


def ending_of(output_dir: Path) -> Ending:
    """Read what a training ended with."""
    values: dict[int, set[str]] = {}
    for line in (output_dir / VALUES_FILENAME).read_text().splitlines():
        # a kill may have cut a line off; the epoch was trained again then
        if line.endswith("}"):
            values.setdefault(json.loads(line)["epoch"], set()).add(line)
    params = json.loads((output_dir / "trainer_params.json").read_text())
    folder = output_dir / params["saved_checkpoint_sub_dir"]
    files: dict[str, Any] = {"callbacks.json": np.asarray((folder / "callbacks.json").read_text())}
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as arrays:
            files.update({f"{path.name}:{name}": arrays[name] for name in arrays.files})
    return Ending(values, files)


@dataclasses.dataclass
class KilledRun:
    """A training that was killed and resumed until its end.

    Attributes:
        kills: How often it was killed.
        continued: The epoch and step that it went on at, for each resume.
        differences: What is not as in the training that was never killed.
        seconds: A guess how long a training takes now.
    """

    kills: int
    continued: list[tuple[int, int]]
    differences: list[str]
    seconds: float


def kill_and_resume(
    server: Server, output_dir: Path, expected: Ending, args: list[str], kills: int, seconds: float, rng: random.Random
) -> KilledRun:
    """Start a training, kill it at random moments, resume it again and again, and compare what it ends with.

    Args:
        server: Runs the trainings.
        output_dir: The directory of the training.
        expected: What the training that was never killed ended with.
        args: Its flags.
        kills: How often to kill it at most.
        seconds: How long a training takes that is not killed.
        rng: Draws the moments.
    """
    done, status = 0, -1
    while status != 0:
        kill_after = rng.uniform(FIRST_PART, max(FIRST_PART, seconds - FIRST_PART)) if done < kills else None
        status = server.run(output_dir, args, kill_after)
        done += status != 0
        # the machine may become faster or slower: later kills shall come in time, but not all of them early
        if status != 0:
            seconds *= SLOWER
        elif kill_after is not None:
            seconds = kill_after
    log = (output_dir / "train.log").read_text()
    continued = [(int(found[1]), int(found[2] or 0)) for found in CONTINUED.finditer(log)]
    return KilledRun(done, continued, ending_of(output_dir).differences(expected), seconds)


def never_killed(server: Server, output_dir: Path, args: list[str]) -> tuple[Ending, float]:
    """Run a training to its end; return what it ended with, and how long it took."""
    start = time.perf_counter()
    server.run(output_dir, args)
    return ending_of(output_dir), time.perf_counter() - start
