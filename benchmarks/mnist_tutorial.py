# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The minimal tutorial against the same network in plain Keras: accuracy and time per epoch.

Both are trained in this process on the full MNIST, in turn for each seed, so that both meet the same load of the
machine. An epoch is what lies between the callbacks ``on_epoch_begin`` and ``on_epoch_end``: training, validation and,
on the side of tfaip, also logging, checkpoint and the export of the best model.

    python -m benchmarks.mnist_tutorial                       # 10 epochs, 3 seeds
    python -m benchmarks.mnist_tutorial --epochs 2 --seeds 1 # a look
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import keras

from examples.datasets.mnist import MnistData, load_mnist
from examples.tutorial.min.scenario import TutorialScenario

BATCH_SIZE = 16


class EpochTimer(keras.callbacks.Callback):
    """Measures the seconds of each epoch and remembers the accuracies; to be the last callback."""

    supports_steps_per_call = True

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self.acc: list[float] = []
        self.val_acc: list[float] = []
        self._start = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start the clock."""
        self._start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Stop the clock."""
        self.seconds.append(time.perf_counter() - self._start)
        self.acc.append(float(logs["acc"]))
        self.val_acc.append(float(logs["val_acc"]))


def train_tfaip(seed: int, epochs: int) -> EpochTimer:
    """Train the tutorial as a user would, into a temporary output directory."""
    timer = EpochTimer()
    with tempfile.TemporaryDirectory() as folder:
        params = TutorialScenario.default_trainer_params()
        params.epochs = epochs
        params.random_seed = seed
        params.deterministic = False  # neither are the operations on the side of Keras
        params.progress_bar_mode = 0
        params.gen.setup.train.batch_size = params.gen.setup.val.batch_size = BATCH_SIZE
        params.output_dir = str(Path(folder) / "model")
        TutorialScenario.create_trainer(params).train(callbacks=[timer])
    return timer


def train_keras(seed: int, epochs: int, data: MnistData) -> EpochTimer:
    """Train the same network with compile and fit on the arrays."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.layers.Input((28, 28), dtype="uint8"),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Reshape((28, 28, 1)),
            keras.layers.Conv2D(16, (2, 2), padding="same"),
            keras.layers.MaxPool2D((2, 2)),
            keras.layers.Conv2D(32, (2, 2), padding="same"),
            keras.layers.MaxPool2D((2, 2)),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(0.001),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="acc")],
    )
    timer = EpochTimer()
    model.fit(
        data.x_train,
        data.y_train,
        batch_size=BATCH_SIZE,
        epochs=epochs,
        validation_data=(data.x_test, data.y_test),
        validation_batch_size=BATCH_SIZE,
        callbacks=[timer],
        verbose=0,
    )
    return timer


def summary(runs: list[EpochTimer]) -> dict[str, Any]:
    """Return the figures of all seeds of one side."""
    best = [max(run.val_acc) for run in runs]
    return {
        "best_val_acc": best,
        "median_train_acc": statistics.median(run.acc[-1] for run in runs),
        "median_val_acc": statistics.median(run.val_acc[-1] for run in runs),
        "median_best_val_acc": statistics.median(best),
        # The first epoch compiles the functions on both sides.
        "median_seconds_per_epoch": statistics.median(s for run in runs for s in (run.seconds[1:] or run.seconds)),
        "first_epoch_seconds": [run.seconds[0] for run in runs],
        "seconds": [run.seconds for run in runs],
    }


def main() -> None:
    """Run the comparison and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3, help="number of seeds")
    parser.add_argument("--first_seed", type=int, default=0, help="to share the seeds out over several calls")
    parser.add_argument("--json", help="also write the figures to this file")
    options = parser.parse_args()
    data = load_mnist()
    runs: dict[str, list[EpochTimer]] = {"keras": [], "tfaip": []}
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        # Alternating which side begins spreads what the first one pays for both.
        sides = ["keras", "tfaip"] if seed % 2 == 0 else ["tfaip", "keras"]
        for side in sides:
            run = train_keras(seed, options.epochs, data) if side == "keras" else train_tfaip(seed, options.epochs)
            runs[side].append(run)
            print(f"seed {seed} {side}: best {max(run.val_acc):.4f}, seconds {[round(s, 2) for s in run.seconds]}")
    result: dict[str, Any] = {side: summary(done) for side, done in runs.items()}
    result["ratio"] = result["tfaip"]["median_seconds_per_epoch"] / result["keras"]["median_seconds_per_epoch"]
    result |= {
        "data": data.source,
        "epochs": options.epochs,
        "batch_size": BATCH_SIZE,
        "keras_version": keras.__version__,
    }
    print("\n| | time per epoch | train acc | val acc | best val acc |\n|:---|---:|---:|---:|---:|")
    for side in runs:
        figures = result[side]
        accuracies = [figures[f"median_{name}"] for name in ("train_acc", "val_acc", "best_val_acc")]
        cells = [f"{figures['median_seconds_per_epoch']:.1f} s", *(f"{value:.2%}" for value in accuracies)]
        print(f"| {side} | {' | '.join(cells)} |")
    print(f"\ntime per epoch, tfaip / keras: {result['ratio']:.3f}\n")
    print(json.dumps(result))
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
