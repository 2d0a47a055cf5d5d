# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What share of a training its record takes.

Trains the minimal tutorial on MNIST, and counts the time in all calls of the record in the training's own thread, the
time of the processor in the threads of the record, and that of the programs (git) that they run.

    python -m benchmarks.record                 # a minute
    python -m benchmarks.record --every_step    # with a callback that wants every step: the calls are more
"""

import argparse
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from examples.tutorial.min.scenario import TutorialScenario
from tfaip.runs.code.recording import CodeRecording
from tfaip.runs.record.recorder import Recorder
from tfaip.runs.record.writer import RecordWriter

BATCH_SIZE = 16
# of an epoch: some seconds
SAMPLES = 20_000
CALLS = ("__enter__", "__exit__", "begin_loop", "begin_epoch", "steps_done", "enter", "end_epoch")


class EveryStep(keras.callbacks.Callback):
    """Wants to be called after every step."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Do nothing."""


class StopAfter(keras.callbacks.Callback):
    """Ends the training after some time."""

    supports_steps_per_call = True

    def __init__(self, seconds: float):
        super().__init__()
        self.seconds = seconds
        self.steps = 0

    def on_train_begin(self, logs: Any = None) -> None:
        """Start the clock."""
        self.start = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Look at the clock."""
        self.steps += 1
        self.elapsed = time.perf_counter() - self.start
        self.model.stop_training = self.elapsed >= self.seconds


class Spent:
    """Counts the time in methods."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.calls: dict[str, int] = {}
        self._depth = threading.local()

    def watch(self, cls: type, name: str, label: str, clock: Callable[[], float]) -> None:
        """Count the time in a method; calls within others that are counted are part of them."""
        original = getattr(cls, name)

        def method(*args: Any, **kwargs: Any) -> Any:
            depth = getattr(self._depth, "value", 0)
            self._depth.value = depth + 1
            start = clock()
            try:
                return original(*args, **kwargs)
            finally:
                self._depth.value = depth
                if depth == 0:
                    self.seconds[label] = self.seconds.get(label, 0.0) + clock() - start
                    self.calls[label] = self.calls.get(label, 0) + 1

        setattr(cls, name, method)


def train(seconds: float, output_dir: Path, every_step: bool) -> StopAfter:
    """Train for some seconds."""
    params = TutorialScenario.default_trainer_params()
    params.epochs = 100_000
    params.samples_per_epoch = SAMPLES
    params.progress_bar_mode = 0
    params.skip_model_load_test = True
    params.export_best = params.export_final = False
    params.gen.setup.train.batch_size = BATCH_SIZE
    params.output_dir = str(output_dir)
    clock = StopAfter(seconds)
    TutorialScenario.create_trainer(params).train(callbacks=[clock, *([EveryStep()] if every_step else [])])
    return clock


def measure(seconds: float, every_step: bool) -> dict[str, float]:
    """Train, print where the time of the record went, and return the shares of the training."""
    spent = Spent()
    for name in CALLS:
        spent.watch(Recorder, name, f"training's thread, {name}", time.perf_counter)
    spent.watch(RecordWriter, "_run", "thread that writes", time.thread_time)
    spent.watch(CodeRecording, "_run", "thread that copies the code", time.thread_time)
    with tempfile.TemporaryDirectory() as folder:
        clock = train(seconds, Path(folder, "run"), every_step)
    programs = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent.seconds["git"] = programs.ru_utime + programs.ru_stime
    print(f"{clock.elapsed:.1f} s of training, {clock.steps} calls")
    for label, took in sorted(spent.seconds.items()):
        print(f"{took * 1000:10.2f} ms  {spent.calls.get(label, 0):7}  {label}")
    own = sum(took for label, took in spent.seconds.items() if label.startswith("training's thread"))
    total = sum(spent.seconds.values())
    shares = {"own_thread": own / clock.elapsed, "all": total / clock.elapsed}
    print(f"in the training's thread {shares['own_thread']:.3%}, with all threads and programs {shares['all']:.3%}")
    return shares


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--every_step", action="store_true")
    args = parser.parse_args()
    measure(args.seconds, args.every_step)


if __name__ == "__main__":
    main()
