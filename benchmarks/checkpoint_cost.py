# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What share of a training the checkpoints take, at one a minute, and what deterministic operations cost.

Trains the minimal tutorial on MNIST within one long epoch, so that checkpoints are written by time only. The time in
the checkpoint code is that between its begin and end, with all files flushed to the disk.

    python -m benchmarks.checkpoint_cost                  # 5 minutes
    python -m benchmarks.checkpoint_cost --minutes 2.2    # a look
    python -m benchmarks.checkpoint_cost --determinism    # steps per second without and with deterministic operations
"""

import argparse
import multiprocessing
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Optional

import keras

from examples.tutorial.min.scenario import TutorialScenario
from tfaip.trainer.callbacks.train_params_logger import TrainerCheckpointsCallback

BATCH_SIZE = 16


class StopAfter(keras.callbacks.Callback):
    """Ends the training after some time, and counts its steps from the first call on."""

    supports_steps_per_call = True

    def __init__(self, seconds: float):
        super().__init__()
        self.seconds = seconds
        self.steps = 0
        self.elapsed = 0.0
        self._start: Optional[float] = None
        self._first = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Look at the clock."""
        if self._start is None:
            # the graph has been built
            self._start, self._first = time.perf_counter(), batch
        self.elapsed = time.perf_counter() - self._start
        self.steps = batch - self._first
        self.model.stop_training = self.elapsed >= self.seconds


def train(seconds: float, output_dir: Optional[Path], deterministic: bool) -> tuple[StopAfter, Any]:
    """Train for some seconds; return the clock and the trainer."""
    params = TutorialScenario.default_trainer_params()
    params.epochs = 1
    params.samples_per_epoch = 10**9
    params.random_seed = 1
    params.deterministic = deterministic
    params.progress_bar_mode = 0
    params.skip_model_load_test = True
    params.export_best = params.export_final = False
    params.gen.setup.train.batch_size = BATCH_SIZE
    params.checkpoint_save_freq = "1 min"
    params.output_dir = None if output_dir is None else str(output_dir)
    clock = StopAfter(seconds)
    trainer = TutorialScenario.create_trainer(params)
    trainer.train(callbacks=[clock])
    return clock, trainer


def measure_checkpoints(minutes: float) -> None:
    """Print the share of the time that is spent in the checkpoint code."""
    with tempfile.TemporaryDirectory() as folder:
        clock, trainer = train(60 * minutes, Path(folder, "run"), True)
    writers = [callback for callback in trainer._callbacks if isinstance(callback, TrainerCheckpointsCallback)]
    seconds = sum(writer.seconds for writer in writers)
    print(
        f"{minutes:g} min, {clock.steps} steps: {seconds:.3f} s in the checkpoint code, {seconds / clock.elapsed:.3%}"
    )


def _rate(queue: Any, deterministic: bool, seconds: float) -> None:
    clock, _ = train(seconds, None, deterministic)
    queue.put(clock.steps / clock.elapsed)


def measure_determinism(seconds: float, rounds: int) -> None:
    """Print the steps per second, each measured in a process of its own, in turn."""
    context = multiprocessing.get_context("spawn")
    rates: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(rounds):
        for deterministic in (False, True):
            queue = context.Queue()
            process = context.Process(target=_rate, args=(queue, deterministic, seconds))
            process.start()
            rates[deterministic].append(queue.get())
            process.join()
    free, fixed = (statistics.median(rates[deterministic]) for deterministic in (False, True))
    print(f"steps/s: {free:.0f}, with deterministic operations {fixed:.0f} ({fixed / free:.2f})")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--determinism", action="store_true")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each measurement of --determinism")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    if args.determinism:
        measure_determinism(args.seconds, args.rounds)
    else:
        measure_checkpoints(args.minutes)


if __name__ == "__main__":
    main()
