# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""An epoch of the minimal tutorial against plain Keras: time, peak memory, and what the display takes.

Each variant trains in a process of its own, in turn, so that all meet the same load and memory is not shared. The time
of an epoch is what lies between the callbacks ``on_epoch_begin`` and ``on_epoch_end``, training and validation on both
sides, without the first epoch, which builds the graphs.

* keras: ``compile`` and ``fit`` on the arrays.
* 0 workers, 2 workers: ``num_processes`` of the pipelines, with a processor that does nothing.
* every step: as 0 workers, with a callback that is called after each step, so that no steps are put together.

    python -m benchmarks.training               # 10 minutes
    python -m benchmarks.training --epochs 2 --rounds 1
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

BATCH_SIZE = 16
VARIANTS = ("keras", "0 workers", "2 workers", "every step")


def clock() -> Any:
    """Return a callback that measures epochs."""
    import keras

    class Clock(keras.callbacks.Callback):
        """Keeps the seconds of each epoch."""

        supports_steps_per_call = True

        def __init__(self) -> None:
            super().__init__()
            self.seconds: list[float] = []

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            """Start."""
            self.start = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            """Stop."""
            self.seconds.append(time.perf_counter() - self.start)

    return Clock()


def run_keras(epochs: int) -> dict[str, Any]:
    """Train the network in plain Keras."""
    from benchmarks.mnist_tutorial import train_keras
    from examples.datasets.mnist import load_mnist

    return {"seconds": train_keras(0, epochs, load_mnist()).seconds}


def run_tfaip(epochs: int, workers: int, every_step: bool) -> dict[str, Any]:
    """Train the tutorial, showing plain lines."""
    import keras

    from benchmarks.asis import AsIsParams
    from examples.tutorial.min.scenario import TutorialScenario
    from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
    from tfaip.trainer.callbacks.progbar import EpochResults, TFAIPProgbarLogger

    class EveryStep(keras.callbacks.Callback):
        """Wants to be called after each step."""

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            """Do nothing."""

    shown = [0.0]

    def timed(method: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return method(*args, **kwargs)
            finally:
                shown[0] += time.perf_counter() - start

        return run

    for cls in (TFAIPProgbarLogger, EpochResults):
        for name in ("on_epoch_begin", "on_train_batch_end", "on_test_begin", "on_epoch_end"):
            if name in vars(cls):
                setattr(cls, name, timed(getattr(cls, name)))
    params = TutorialScenario.default_trainer_params()
    params.epochs, params.random_seed, params.deterministic = epochs, 0, False
    params.scenario.data.pre_proc = SequentialProcessorPipelineParams(processors=[AsIsParams()])
    params.progress_bar_mode, params.progbar_delta_time = 2, 0.25  # as often as a live line is drawn
    for pipeline in (params.gen.setup.train, params.gen.setup.val):
        pipeline.batch_size, pipeline.num_processes = BATCH_SIZE, workers
    timer = clock()
    start = time.perf_counter()
    TutorialScenario.create_trainer(params).train(callbacks=[*([EveryStep()] if every_step else []), timer])
    return {"seconds": timer.seconds, "shown": shown[0] / (time.perf_counter() - start)}


def run_variant(variant: str, epochs: int) -> None:
    """Train one variant in this process and print the figures as the last line."""
    if variant == "keras":
        result = run_keras(epochs)
    else:
        result = run_tfaip(epochs, 2 if variant == "2 workers" else 0, variant == "every step")
    result["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("\n" + json.dumps(result))


def measure(variant: str, epochs: int) -> dict[str, Any]:
    """Train one variant in a new process."""
    command = [sys.executable, "-m", "benchmarks.training", "--variant", variant, "--epochs", str(epochs)]
    program = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(program.stdout.splitlines()[-1])


def main() -> None:
    """Measure all variants and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--variant", choices=VARIANTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.variant:
        run_variant(options.variant, options.epochs)
        return
    results: dict[str, list[dict[str, Any]]] = {variant: [] for variant in VARIANTS}
    for _ in range(options.rounds):
        for variant in VARIANTS:
            results[variant].append(measure(variant, options.epochs))
            print(f"{variant}: {results[variant][-1]}", flush=True)
    print("\n| | s per epoch | against Keras | peak memory | display |\n|:---|---:|---:|---:|---:|")
    medians = {
        variant: statistics.median(s for run in runs for s in run["seconds"][1:]) for variant, runs in results.items()
    }
    for variant, runs in results.items():
        peak = statistics.median(run["peak"] for run in runs)
        shown = f"{statistics.median(run['shown'] for run in runs):.2%}" if "shown" in runs[0] else ""
        ratio = medians[variant] / medians["keras"]
        print(f"| {variant} | {medians[variant]:.1f} s | {ratio:.2f} | {peak:,.0f} MiB | {shown} |")


if __name__ == "__main__":
    main()
